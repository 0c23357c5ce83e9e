package frontend

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A baseline is a file of findings that are known and not to be shown again.
type baseline struct {
	Version  int   `json:"version"`
	Findings []key `json:"findings"`
}

const baselineVersion = 1

// encodeBaseline returns the file for these findings, which are in order.
func encodeBaseline(keys []key) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(baseline{baselineVersion, append([]key{}, keys...)}); err != nil {
		log.Panicf("strings and numbers are not JSON: %v", err)
	}
	return out.Bytes()
}

// readBaseline reads such a file.
func readBaseline(name string) (*baseline, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var b baseline
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&b); err != nil {
		return nil, fmt.Errorf("%s is not a file of -write-baseline: %v", name, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("%s is not a file of -write-baseline: there is more after its end", name)
	}
	if b.Version != baselineVersion {
		return nil, fmt.Errorf("%s has version %d; this lockvet reads version %d: write it anew with -write-baseline", name, b.Version, baselineVersion)
	}
	return &b, nil
}

// apply drops the findings that are in the baseline, and returns what the
// baseline has more.
func (b *baseline) apply(r *Report, src *sources) (gone []key) {
	keys := r.keys(src)
	known := make(map[key]bool)
	for _, k := range b.Findings {
		known[k] = true
	}
	var fresh []Finding
	for i, f := range r.Findings {
		if !known[keys[i]] {
			fresh = append(fresh, f)
		}
		delete(known, keys[i])
	}
	r.Findings = fresh
	return slices.DeleteFunc(slices.Clone(b.Findings), func(k key) bool { return !known[k] })
}

// String is the finding as it was, without its line.
func (k key) String() string {
	tag := (&Finding{Check: k.Check, Category: k.Category}).Tag()
	return escape(fmt.Sprintf("%s/%s: %s [%s]", k.Package, k.File, k.Message, tag))
}

// writeBaseline writes what was found to the file that -write-baseline names.
func (f *frontend) writeBaseline(v *vet, r *Report, src *sources) int {
	if len(r.Errors) > 0 {
		f.report(r.Errors, 0)
		return f.fail("%s is not written, since not everything could be analysed", v.writeBaseline)
	}
	if err := writeWhole(v.abs(v.writeBaseline), encodeBaseline(r.keys(src))); err != nil {
		return f.fail("%v", err)
	}
	fmt.Fprintf(f.stderr, "lockvet: %s written to %s\n", count(len(r.Findings), "finding"), v.writeBaseline)
	return exitClean
}

// writeWhole writes a file, or leaves what is there as it is.
func writeWhole(name string, data []byte) error {
	mode := os.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		if !info.Mode().IsRegular() {
			return os.WriteFile(name, data, 0o666) // a pipe, /dev/stdout
		}
		mode = info.Mode().Perm()
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".lockvet-*")
	if err != nil {
		return fmt.Errorf("%s is not written: %w", name, err)
	}
	_, err = tmp.Write(data)
	err = cmp.Or(err, tmp.Chmod(mode), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		tmp.Close()
		os.Remove(tmp.Name())
		return fmt.Errorf("%s is not written: %w", name, err)
	}
	return nil
}

// reportGone says which findings of the baseline are no more. Of packages, checks
// and files that this run was not asked about it says nothing.
func (f *frontend) reportGone(v *vet, gone []key, wanted map[string]bool) {
	gone = slices.DeleteFunc(gone, func(k key) bool {
		return !wanted[k.Package] && !wanted[strings.TrimSuffix(k.Package, "_test")] ||
			!v.runs(k.Check) || !v.tests && strings.HasSuffix(k.File, "_test.go")
	})
	if len(gone) == 0 {
		return
	}
	fmt.Fprintf(f.stderr, "lockvet: %s of %s gone; -write-baseline writes it without:\n", count(len(gone), "finding"), v.baseline)
	for _, k := range gone {
		fmt.Fprintf(f.stderr, "\t%s\n", k)
	}
}

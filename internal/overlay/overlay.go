// Package overlay writes the text of files that are open in an editor to where
// the go command can read it (go build -overlay), and maps the names that the
// results then have back to the names of those files.
//
// A file's place depends on nothing but its name and its text. So what is at a
// place never changes, and anyone can say which file it stands for. Both matter
// because cmd/go keys its cache by the text of files and not by where it read
// them: results with a name from here come back later, to other processes, for
// the file with the same text that is by then on disk.
package overlay

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// keep is how long a file is left alone after its last use. It only has to
// outlive a run of the go command.
const keep = time.Hour

// colon stands for the colon of a Windows volume name, which no file name has.
const colon = "%3A"

// root is the directory that all places are in.
var root = sync.OnceValue(func() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = filepath.Join(os.TempDir(), fmt.Sprintf("lockvet-%d", os.Getuid()))
	}
	return filepath.Join(dir, "lockvet", "overlay")
})

// place returns where the text of the file with that absolute name is kept.
func place(name, text string) string {
	sum := sha256.Sum256([]byte(text))
	volume := filepath.VolumeName(name)
	return filepath.Join(root(), fmt.Sprintf("%x", sum[:12]), strings.ReplaceAll(volume, ":", colon), name[len(volume):])
}

// Original returns the name of the file that stands at a place. Any other name
// it returns as it is.
func Original(name string) string {
	rest, ok := strings.CutPrefix(name, root()+string(filepath.Separator))
	if !ok {
		return name
	}
	_, rest, ok = strings.Cut(rest, string(filepath.Separator))
	if !ok {
		return name
	}
	if runtime.GOOS == "windows" {
		if volume, path, ok := strings.Cut(rest, colon); ok {
			return volume + ":" + path
		}
	}
	return string(filepath.Separator) + rest
}

// Write puts the texts, by the absolute names of their files, where the go
// command can read them. It returns the value for the flag -overlay; done
// removes that file again.
func Write(texts map[string]string) (flag string, done func(), err error) {
	replace := make(map[string]string)
	for name, text := range texts {
		at := place(name, text)
		if err := write(at, text); err != nil {
			return "", nil, err
		}
		replace[name] = at
	}
	return flagFor(replace)
}

// Hide makes the go command see nothing of the files, whose names are absolute. It returns what Write does.
func Hide(names []string) (flag string, done func(), err error) {
	replace := make(map[string]string)
	for _, name := range names {
		replace[name] = ""
	}
	return flagFor(replace)
}

// flagFor writes the file that -overlay names: what stands for each file.
func flagFor(replace map[string]string) (flag string, done func(), err error) {
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", nil, err
	}
	file, err := os.CreateTemp("", "lockvet-overlay-*.json")
	if err != nil {
		return "", nil, err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err != nil {
		os.Remove(file.Name())
		return "", nil, err
	}
	return file.Name(), func() { os.Remove(file.Name()) }, nil
}

// write creates the file at a place. Others may be about to do the same, so it
// appears there with all of its text or not at all.
func write(at, text string) error {
	now := time.Now()
	if os.Chtimes(at, now, now) == nil {
		return nil
	}
	dir := filepath.Dir(at)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), at)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}

// Prune removes what nobody has used for a while.
func Prune() {
	entries, err := os.ReadDir(root())
	if err != nil {
		return
	}
	for _, entry := range entries {
		dir := filepath.Join(root(), entry.Name())
		used := false
		filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				info, err := d.Info()
				used = used || err != nil || time.Since(info.ModTime()) < keep
			}
			return nil
		})
		// A directory without files is one that a writer has just made.
		info, err := entry.Info()
		if !used && err == nil && time.Since(info.ModTime()) >= keep {
			os.RemoveAll(dir)
		}
	}
}

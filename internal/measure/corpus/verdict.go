package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// verdictWords are what findings.md calls a finding, and whether it then is a
// mistake of lockvet's.
var verdictWords = map[string]bool{"bug": false, "misuse": false, "meant": false, "wrong": true}

// A verdict is a row of findings.md: what somebody has said about findings.
type verdict struct {
	key
	count int // of findings that it covers
	wrong bool
	line  int // of findings.md
}

// verdicts are the rows of findings.md by key.
type verdicts map[key][]verdict

func readVerdicts(file string) (verdicts, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	v, err := parseVerdicts(string(data))
	if err != nil {
		return nil, fmt.Errorf("%s:%w", file, err)
	}
	return v, nil
}

// listHeader is the first cell of the tables that have verdicts.
const listHeader = "function"

// parseVerdicts reads the tables of findings.md whose first column is "function":
// function, check/category, number, place, verdict. Errors start with the line.
func parseVerdicts(text string) (verdicts, error) {
	all := verdicts{}
	inList := false
	for i, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "|") {
			inList = false
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), " | ")
		for j := range cells {
			cells[j] = strings.TrimSpace(cells[j])
		}
		switch {
		case cells[0] == listHeader:
			inList = true
			continue
		case !inList, strings.HasPrefix(cells[0], "-"):
			continue
		}
		v, err := parseVerdict(cells)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i+1, err)
		}
		v.line = i + 1
		all[v.key] = append(all[v.key], v)
	}
	return all, nil
}

func parseVerdict(cells []string) (verdict, error) {
	if len(cells) != 5 {
		return verdict{}, fmt.Errorf("%d cells in the row; want function, check/category, number, place, verdict", len(cells))
	}
	v := verdict{key: key{strings.Trim(cells[0], "`"), cells[1]}}
	var err error
	if v.count, err = strconv.Atoi(cells[2]); err != nil || v.count < 1 {
		return verdict{}, fmt.Errorf("number of findings %q; want 1 or more", cells[2])
	}
	word, _, _ := strings.Cut(cells[4], " ")
	wrong, ok := verdictWords[strings.Trim(word, "*:")]
	if !ok {
		return verdict{}, fmt.Errorf("verdict %q; want one that begins with bug, misuse, meant or wrong", cells[4])
	}
	v.wrong = wrong
	return v, nil
}

// The verdicts on a finding.
const (
	notJudged  = "not judged"
	knownTrue  = "known true"
	knownWrong = "known wrong"
)

// judge says for each finding what is known of it, and returns the verdicts of
// which findings are missing, with the number that is missing as their count.
// Findings that share a key take their verdicts in the order of both.
func (all verdicts) judge(fs []finding) (of []string, missing []verdict) {
	left := map[key][]verdict{}
	for k, vs := range all {
		left[k] = append([]verdict(nil), vs...)
	}
	for _, f := range fs {
		word := notJudged
		for i := range left[f.key] {
			v := &left[f.key][i]
			if v.count == 0 {
				continue
			}
			v.count--
			if word = knownTrue; v.wrong {
				word = knownWrong
			}
			break
		}
		of = append(of, word)
	}
	for _, vs := range left {
		for _, v := range vs {
			if v.count > 0 {
				missing = append(missing, v)
			}
		}
	}
	return of, missing
}

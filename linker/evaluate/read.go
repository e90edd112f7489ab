package evaluate

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Names that columns go by, in plain form: small letters and digits only.
var (
	idNames      = []string{"recordid", "uniqueid", "recid", "id", "record", "rowid", "recordkey", "key"}
	clusterNames = []string{"clusterid", "cluster", "truecluster", "trueclusterid", "trueid", "truthid", "entityid", "entity", "personid", "person", "matchid", "groupid"}
	sourceNames  = []string{"source", "sourcedataset", "dataset", "sourcetable", "table", "file"}
	leftNames    = []string{"uniqueidl", "recordidl", "recidl", "idl", "uniqueid1", "recordid1", "recid1", "id1", "recordida", "ida", "left", "leftid", "a", "recorda"}
	rightNames   = []string{"uniqueidr", "recordidr", "recidr", "idr", "uniqueid2", "recordid2", "recid2", "id2", "recordidb", "idb", "right", "rightid", "b", "recordb"}
	leftSources  = []string{"sourcedatasetl", "sourcel", "sourcedataset1", "source1", "sourcea"}
	rightSources = []string{"sourcedatasetr", "sourcer", "sourcedataset2", "source2", "sourceb"}
	chanceNames  = []string{"matchprobability", "probability", "clericalmatchscore", "prob", "p", "match", "ismatch", "label"}
	weightNames  = []string{"matchweight", "weight"}
)

// ReadClusters reads a CSV file that says which cluster each record is in,
// found or true. Its columns may be named in any of the usual ways (record_id,
// unique_id or id; cluster_id, cluster or person_id; source); if no name is
// known, the first two columns are taken. groups name further columns to keep.
// Errors name the row, never what stands in it.
func ReadClusters(r io.Reader, groups ...string) (*Clusters, error) {
	s, err := openSheet(r)
	if err != nil {
		return nil, err
	}
	id, cluster, source := s.column(idNames), s.column(clusterNames), s.column(sourceNames)
	if id < 0 && cluster < 0 && len(s.header) >= 2 {
		id, cluster = 0, 1
	}
	if id < 0 || cluster < 0 || id == cluster {
		return nil, errors.New("the header names no record and cluster: call the columns record_id and cluster_id")
	}
	c := &Clusters{}
	columns := make([]int, len(groups))
	values := make([][]string, len(groups))
	for i, g := range groups {
		if columns[i] = s.column([]string{plain(g)}); columns[i] < 0 {
			return nil, fmt.Errorf("there is no column %q to group by", g)
		}
	}
	err = s.each(func(row []string) error {
		if err := c.Add(Key{cellOf(row, source), cellOf(row, id)}, cellOf(row, cluster)); err != nil {
			return err
		}
		for i, at := range columns {
			values[i] = append(values[i], cellOf(row, at))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, g := range groups {
		c.GroupBy(g, values[i])
	}
	return c, nil
}

// ScoredPair is two records and the probability that they are one person; as
// a label, 1 says that they are and 0 that they are not.
type ScoredPair struct {
	A, B        Key
	Probability float64
}

// ReadPairs reads scored pairs or labels from a CSV file: unique_id_l,
// unique_id_r and match_probability, clerical_match_score or match_weight
// (which is log2 of the odds), as Splink writes them, or the like; with
// source_dataset_l and source_dataset_r where there are several tables.
func ReadPairs(r io.Reader) ([]ScoredPair, error) {
	s, err := openSheet(r)
	if err != nil {
		return nil, err
	}
	left, right, chance, weight := s.column(leftNames), s.column(rightNames), s.column(chanceNames), s.column(weightNames)
	if left < 0 || right < 0 || chance < 0 && weight < 0 {
		return nil, errors.New("the header names no two records and a probability: call the columns unique_id_l, unique_id_r and match_probability")
	}
	leftSource, rightSource := s.column(leftSources), s.column(rightSources)
	var pairs []ScoredPair
	err = s.each(func(row []string) error {
		p, err := probability(row, chance, weight)
		if err != nil {
			return err
		}
		pairs = append(pairs, ScoredPair{A: Key{cellOf(row, leftSource), cellOf(row, left)},
			B: Key{cellOf(row, rightSource), cellOf(row, right)}, Probability: p})
		return nil
	})
	return pairs, err
}

func probability(row []string, chance, weight int) (float64, error) {
	if chance >= 0 {
		text := cellOf(row, chance)
		if yes, err := strconv.ParseBool(text); err == nil {
			if yes {
				return 1, nil
			}
			return 0, nil
		}
		p, err := strconv.ParseFloat(text, 64)
		if err != nil || !(p >= 0 && p <= 1) {
			return 0, errors.New("the probability is no number from 0 to 1")
		}
		return p, nil
	}
	w, err := strconv.ParseFloat(cellOf(row, weight), 64)
	if err != nil || math.IsNaN(w) {
		return 0, errors.New("the match weight is no number")
	}
	return 1 / (1 + math.Exp2(-w)), nil
}

// sheet is a CSV file being read.
type sheet struct {
	csv    *csv.Reader
	header []string // in plain form
}

// openSheet reads the header. Cells may be parted by comma, semicolon or tab,
// whichever the header has most of.
func openSheet(r io.Reader) (*sheet, error) {
	in := bufio.NewReaderSize(r, 1<<20)
	if mark, err := in.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3)
	}
	first, err := in.Peek(1 << 16)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(bytes.TrimSpace(first)) == 0 {
		return nil, errors.New("the file is empty")
	}
	if bytes.HasPrefix(first, []byte("PAR1")) {
		return nil, errors.New("the file is Parquet: give it as CSV")
	}
	line, _, _ := bytes.Cut(first, []byte("\n"))
	s := &sheet{csv: csv.NewReader(in)}
	for _, comma := range []rune{';', '\t'} {
		if bytes.Count(line, []byte(string(comma))) > bytes.Count(line, []byte(string(s.csv.Comma))) {
			s.csv.Comma = comma
		}
	}
	s.csv.ReuseRecord = true
	header, err := s.csv.Read()
	if err != nil {
		return nil, fmt.Errorf("the header cannot be read: %w", err)
	}
	for _, h := range header {
		s.header = append(s.header, plain(h))
	}
	return s, nil
}

// plain drops all but letters and digits from a column's name.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 0x7f:
			return r
		}
		return -1
	}, s)
}

// column is the place of the first name that the header has, -1 if it has none.
func (s *sheet) column(names []string) int {
	for _, n := range names {
		if i := slices.Index(s.header, n); i >= 0 {
			return i
		}
	}
	return -1
}

func (s *sheet) each(yield func(row []string) error) error {
	for {
		row, err := s.csv.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = yield(row)
		}
		if err != nil {
			return s.fault(err)
		}
	}
}

// fault names the line, and of a decoder's error only what is wrong.
func (s *sheet) fault(err error) error {
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		return fmt.Errorf("line %d: %w", broken.Line, broken.Err)
	}
	line, _ := s.csv.FieldPos(0)
	return fmt.Errorf("line %d: %w", line, err)
}

// cellOf copies a cell, "" if there is no such column.
func cellOf(row []string, at int) string {
	if at < 0 || at >= len(row) {
		return ""
	}
	return strings.Clone(strings.TrimSpace(row[at]))
}

package evaluate

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// Key names a record: its id and, where ids are only unique within their
// table, the table that it stands in.
type Key struct {
	Source, ID string
}

// Clusters say which cluster each record is in: those that a linkage found, or
// the true ones. The zero value is empty and ready.
type Clusters struct {
	// Of is the number of each record's cluster, from 0 in the order of first
	// appearance.
	Of []int32
	// Names are the clusters' names as they were given.
	Names []string

	keys    []Key
	at      map[Key]int32
	numbers map[string]int32
	sourced bool
	groups  []column
}

// column is what groups records, for example the origin of the name.
type column struct {
	name   string
	values []string // by record
}

// ErrTwice says that a record was given two times.
var ErrTwice = errors.New("an earlier row has the same record: every record must stand once")

// Len is how many records there are.
func (c *Clusters) Len() int { return len(c.Of) }

// Add puts a record into a cluster. A blank cluster is one of its own. It
// returns ErrTwice if the record was added before, and an error if the id is
// blank or if only some of the records name their source.
func (c *Clusters) Add(k Key, cluster string) error {
	k.Source = plainSource(k.Source)
	if k.ID == "" {
		return errors.New("the record's id is blank")
	}
	if c.at == nil {
		c.at, c.numbers = make(map[Key]int32), make(map[string]int32)
		c.sourced = k.Source != ""
	}
	if c.sourced != (k.Source != "") {
		return errors.New("some records name their source and some do not: give it for all or for none")
	}
	if _, ok := c.at[k]; ok {
		return ErrTwice
	}
	c.at[k] = int32(len(c.keys))
	c.keys = append(c.keys, k)
	c.Of = append(c.Of, c.number(cluster))
	return nil
}

func (c *Clusters) number(cluster string) int32 {
	if cluster == "" {
		c.Names = append(c.Names, "")
		return int32(len(c.Names) - 1)
	}
	n, ok := c.numbers[cluster]
	if !ok {
		n = int32(len(c.Names))
		c.numbers[cluster] = n
		c.Names = append(c.Names, cluster)
	}
	return n
}

// GroupBy says in which group each record is, in the order in which they were
// added. It panics if there are not as many values as records.
func (c *Clusters) GroupBy(name string, values []string) {
	if len(values) != c.Len() {
		panic(fmt.Sprintf("evaluate: %d values for %d records", len(values), c.Len()))
	}
	c.groups = append(c.groups, column{name, values})
}

// plainSource is a table's name without folder and ending, so that
// "out/a.csv" and "a" are one.
func plainSource(s string) string {
	s = path.Base(strings.ReplaceAll(s, "\\", "/"))
	if s == "." {
		return ""
	}
	for _, end := range []string{".csv", ".parquet", ".tsv", ".txt"} {
		s = strings.TrimSuffix(s, end)
	}
	return s
}

// joined are the records that stand in both the found clusters and the truth.
type joined struct {
	found, truth []int32 // clusters, numbered as in their files
	at           []int32 // the record's number in the truth
	onlyFound    int
	onlyTruth    int
}

// join pairs the records up. Sources count only if both sides name them.
func join(found, truth *Clusters) (*joined, error) {
	if found.Len() == 0 || truth.Len() == 0 {
		return nil, errors.New("there are no records to compare: one of the two files is empty")
	}
	sourced := found.sourced && truth.sourced
	index, err := truth.index(sourced)
	if err != nil {
		return nil, fmt.Errorf("truth: %w", err)
	}
	if _, err := found.index(sourced); err != nil {
		return nil, fmt.Errorf("clusters: %w", err)
	}
	j := &joined{}
	for i, k := range found.keys {
		t, ok := index[k.as(sourced)]
		if !ok {
			j.onlyFound++
			continue
		}
		j.found = append(j.found, found.Of[i])
		j.truth = append(j.truth, truth.Of[t])
		j.at = append(j.at, t)
	}
	j.onlyTruth = truth.Len() - len(j.at)
	if len(j.at) == 0 {
		return nil, errors.New("no record of the clusters is in the truth: check that both name records by the same id column")
	}
	return j, nil
}

func (k Key) as(sourced bool) Key {
	if !sourced {
		k.Source = ""
	}
	return k
}

// index maps keys to records; it fails if ids alone do not tell records apart.
func (c *Clusters) index(sourced bool) (map[Key]int32, error) {
	if sourced == c.sourced {
		return c.at, nil
	}
	index := make(map[Key]int32, c.Len())
	for i, k := range c.keys {
		k = k.as(sourced)
		if _, ok := index[k]; ok {
			return nil, errors.New("two sources use the same id: name the source in the other file too")
		}
		index[k] = int32(i)
	}
	return index, nil
}

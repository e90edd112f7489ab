package synth

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sort"
	"strconv"

	"github.com/hearthmatch/hearth/family"
)

// Evaluate measures the exports of a linkage against the truth in truthDir.
// links is the export of links; households and candidates (the latter with
// its framework) may be blank and are then not measured. A record of the truth
// that the export lacks counts as a person of its own, and one that the truth
// lacks is left out; both are counted in the report. Of the truth files, that of
// families is needed for candidates alone; without that of persons, the report
// has no origins of names. It holds the files' identifiers in memory. Errors are of kind family.ErrInvalid where a file is
// not what its name says.
func Evaluate(truthDir, links, households, candidates, framework string) (Report, error) {
	if candidates != "" && framework == "" {
		return Report{}, fmt.Errorf("synth: candidates need the name of their framework: %w", family.ErrInvalid)
	}
	t, err := readTruth(truthDir)
	if err != nil {
		return Report{}, err
	}
	l, err := readLinks(links, t)
	if err != nil {
		return Report{}, err
	}
	r := Report{Persons: personMetrics(t, l)}
	if households == "" && candidates == "" {
		return r, nil
	}
	if households == "" {
		return Report{}, fmt.Errorf("synth: candidates are measured by their households: give that export too: %w", family.ErrInvalid)
	}
	h, err := readHouseholds(households, l)
	if err != nil {
		return Report{}, err
	}
	m := matchPeople(t, h)
	hm := householdMetrics(m)
	r.Households = &hm
	if candidates != "" {
		c, err := candidateMetrics(truthDir, candidates, framework, m, l)
		if err != nil {
			return Report{}, err
		}
		r.Candidates = &c
	}
	return r, nil
}

// numbering gives each name a number, in the order met.
type numbering struct {
	of    map[string]int32
	names []string
}

func newNumbering() *numbering { return &numbering{of: map[string]int32{}} }

func (n *numbering) number(s string) int32 {
	if i, ok := n.of[s]; ok {
		return i
	}
	i := int32(len(n.names))
	n.of[s] = i
	n.names = append(n.names, s)
	return i
}

// truth is what the truth files say.
type truth struct {
	persons  *numbering
	records  map[string]int32 // feed/record_id/part to person
	order    []string         // the records, as the file has them
	origin   []string         // by person; blank if not told
	homes    []home
	homeName *numbering
	cases    [][]string      // by home: what is hard about it; nil where the truth does not say
	visits   [][2]int32      // people whom the police met at a home, and who never lived there
	told     map[string]bool // the truth files beyond the first ones that were there
}

// home is one household's people, by true person.
type home struct {
	members   []resident // adults and children who live there now
	others    []resident // parents elsewhere and associates
	certainty float64    // as exported, 0 where it is not
	protected string     // Y, N or blank where the export does not say
}

type resident struct {
	person     int32
	role       string
	confidence float64
	said       int32 // of an export: the person that it names
}

func recordKey(feed, id, part string) string { return feed + "/" + id + "/" + part }

func readTruth(dir string) (*truth, error) {
	t := &truth{persons: newNumbering(), records: map[string]int32{}, homeName: newNumbering()}
	err := readTable(filepath.Join(dir, truthRecords), []string{"feed", "record_id", "part", "person_id"}, func(f []string) error {
		key := recordKey(f[0], f[1], f[2])
		if _, twice := t.records[key]; twice {
			return fmt.Errorf("a record is named twice")
		}
		t.records[key] = t.persons.number(f[3])
		t.order = append(t.order, key)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := t.readOrigins(dir); err != nil {
		return nil, err
	}
	if err := t.readHomes(dir); err != nil {
		return nil, err
	}
	return t, t.readHardness(dir)
}

// readHardness reads what is hard about households and whom the police met
// there. A truth need not tell.
func (t *truth) readHardness(dir string) error {
	t.cases, t.told = make([][]string, len(t.homes)), map[string]bool{}
	err := t.readOptional(dir, truthCases, []string{"household_id", "case"}, func(f []string) error {
		if hi, ok := t.homeName.of[f[0]]; ok {
			t.cases[hi] = append(t.cases[hi], f[1])
		}
		return nil
	})
	if err != nil {
		return err
	}
	return t.readOptional(dir, truthVisits, []string{"person_id", "household_id"}, func(f []string) error {
		pi, known := t.persons.of[f[0]]
		if hi, ok := t.homeName.of[f[1]]; ok && known {
			t.visits = append(t.visits, [2]int32{pi, hi})
		}
		return nil
	})
}

func (t *truth) readOptional(dir, name string, columns []string, yield func([]string) error) error {
	err := readTable(filepath.Join(dir, name), columns, yield)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	t.told[name] = err == nil
	return err
}

// readOrigins reads where names come from. A truth need not tell.
func (t *truth) readOrigins(dir string) error {
	t.origin = make([]string, len(t.persons.names))
	err := readTable(filepath.Join(dir, truthPersons), []string{"person_id", "name_origin"}, func(f []string) error {
		if i, ok := t.persons.of[f[0]]; ok {
			t.origin[i] = f[1]
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// readHomes reads the true households. People whom no row describes are left
// out: nobody could find them.
func (t *truth) readHomes(dir string) error {
	return readTable(filepath.Join(dir, truthHouseholds), []string{"household_id", "person_id", "role", "to"}, func(f []string) error {
		if pi, ok := t.persons.of[f[1]]; ok {
			addResident(&t.homes, t.homeName.number(f[0]), resident{person: pi, role: f[2]}, f[3])
		}
		return nil
	})
}

func addResident(homes *[]home, hi int32, r resident, to string) {
	for int(hi) >= len(*homes) {
		*homes = append(*homes, home{})
	}
	h := &(*homes)[hi]
	switch {
	case to != "":
	case r.role == "adult" || r.role == "child":
		h.members = append(h.members, r)
	default:
		h.others = append(h.others, r)
	}
}

// linkage is the export of links, record by record of the truth.
type linkage struct {
	persons        *numbering // predicted
	truthOf        []int32    // by predicted person: whom most of its records describe
	of             []int32    // by record of the truth, in its order: the predicted person
	missing, extra int
}

func readLinks(path string, t *truth) (*linkage, error) {
	l := &linkage{persons: newNumbering(), of: make([]int32, len(t.order))}
	index := make(map[string]int32, len(t.order))
	for i, key := range t.order {
		index[key] = int32(i)
		l.of[i] = none
	}
	err := readTable(path, []string{"feed", "record_id", "part", "person_id"}, func(f []string) error {
		i, ok := index[recordKey(f[0], f[1], f[2])]
		if !ok {
			l.extra++
			return nil
		}
		if l.of[i] != none {
			return fmt.Errorf("a record is named twice")
		}
		l.of[i] = l.persons.number(f[3])
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range l.of {
		if l.of[i] == none { // nobody's: a person of its own
			l.missing++
			l.of[i] = l.persons.number("\x00" + t.order[i])
		}
	}
	l.majority(t)
	return l, nil
}

// majority finds whom most records of each predicted person describe; of
// equals the one named first in the truth.
func (l *linkage) majority(t *truth) {
	l.truthOf = make([]int32, len(l.persons.names))
	best := make([]int, len(l.truthOf))
	for i := range l.truthOf {
		l.truthOf[i] = none
	}
	for _, c := range cells(t, l) {
		if c.n > best[c.pred] {
			best[c.pred], l.truthOf[c.pred] = c.n, c.true
		}
	}
}

// cell counts the records of one true person in one predicted person.
type cell struct {
	true, pred int32
	n          int
}

// cells is the contingency table, sorted by true person, then predicted.
func cells(t *truth, l *linkage) []cell {
	pairs := make([]uint64, len(t.order))
	for i, key := range t.order {
		pairs[i] = uint64(t.records[key])<<32 | uint64(uint32(l.of[i]))
	}
	sort.Slice(pairs, func(a, b int) bool { return pairs[a] < pairs[b] })
	var out []cell
	for i, p := range pairs {
		if i > 0 && p == pairs[i-1] {
			out[len(out)-1].n++
			continue
		}
		out = append(out, cell{int32(p >> 32), int32(uint32(p)), 1})
	}
	return out
}

// predicted is the export of households, by true person.
type predicted struct {
	names *numbering
	homes []home
	lost  int  // members of whom the truth knows nothing
	sure  bool // the export says how sure each member is
}

// possible is how an associate who may live there is spelled in the confusion
// of roles.
const possible = "possible_member"

func readHouseholds(path string, l *linkage) (*predicted, error) {
	p := &predicted{names: newNumbering()}
	columns := []string{"household_id", "person_id", "role", "to", "confidence?", "kind?", "certainty?", "protected?"}
	err := readTable(path, columns, func(f []string) error {
		hi := p.names.number(f[0])
		i, ok := l.persons.of[f[1]]
		if !ok {
			p.lost++
			return nil
		}
		r := resident{person: l.truthOf[i], role: f[2], said: i}
		if f[5] == possible {
			r.role = possible
		}
		var err error
		if f[4] != "" {
			p.sure = true
			if r.confidence, err = strconv.ParseFloat(f[4], 64); err != nil {
				return fmt.Errorf("a confidence is no number")
			}
		}
		addResident(&p.homes, hi, r, f[3])
		h := &p.homes[hi]
		h.protected = f[7]
		if f[6] != "" {
			if h.certainty, err = strconv.ParseFloat(f[6], 64); err != nil {
				return fmt.Errorf("a certainty is no number")
			}
		}
		return nil
	})
	for int(len(p.names.names)) > len(p.homes) {
		p.homes = append(p.homes, home{})
	}
	for i := range p.homes {
		p.homes[i].members = once(p.homes[i].members)
		p.homes[i].others = once(p.homes[i].others)
	}
	return p, err
}

// once sorts residents by person and drops one who is there twice.
func once(list []resident) []resident {
	sort.SliceStable(list, func(a, b int) bool { return list[a].person < list[b].person })
	out := list[:0]
	for i, r := range list {
		if i == 0 || r.person != list[i-1].person {
			out = append(out, r)
		}
	}
	return out
}

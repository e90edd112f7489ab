package returns

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/casework/funnel"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/tablefile"
)

// Return is the tables of a return, ready for tablefile.Files.
type Return struct {
	Title, Note string
	Tables      []tablefile.Table // family, member, need, funnel, tf1_quarterly, sf_quarterly
}

// Make lays out a return. Errors are of the kind family.ErrInvalid, with every
// field at once, or those of Input.Members.
func Make(in *Input) (*Return, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	counts, err := in.count()
	if err != nil {
		return nil, err
	}
	m := &maker{Input: in, counts: counts}
	m.choose()
	if in.Profile == Aggregate {
		m.shown = counts.shown(in.Threshold, m.families)
	}
	if err := m.members(); err != nil {
		return nil, err
	}
	r := &Return{
		Title:  fmt.Sprintf("Return %s to %s, %s", in.From, in.To, in.Profile),
		Note:   m.note(),
		Tables: []tablefile.Table{m.familyTable(), m.memberTable(), m.needTable(), m.funnelTable(), counts.tf1(in), counts.sf(in)},
	}
	return r, nil
}

// maker makes the tables of rows.
type maker struct {
	*Input
	counts   *counts
	shown    *shown // of an aggregate return
	families []*sent
}

// sent is a family with its reference and members.
type sent struct {
	*Family
	ref     string
	members []Member
}

// choose finds the families that are sent, in the order of their references.
func (m *maker) choose() {
	for i := range m.Families {
		f := &m.Families[i]
		if !m.has(f) || m.Profile == Identified && f.Protected && !m.IncludeProtected {
			continue
		}
		m.families = append(m.families, &sent{Family: f, ref: m.reference(f)})
	}
	if m.Profile == Aggregate {
		slices.SortFunc(m.families, func(a, b *sent) int { return cmp.Compare(a.ref, b.ref) })
	}
}

// has says whether the return is about the family.
func (in *Input) has(f *Family) bool {
	return (in.Framework == "" || f.Framework == in.Framework) && f.Identified <= in.To
}

// reference is the case's id, or what the key makes of it: nobody without the
// key can find the case by trying ids, of which there are few.
func (m *maker) reference(f *Family) string {
	if m.Profile == Identified {
		return f.Case
	}
	h := hmac.New(sha256.New, m.Key)
	h.Write([]byte("family\x00" + f.Case))
	return "F" + hex.EncodeToString(h.Sum(nil)[:16])
}

func (m *maker) members() error {
	for _, s := range m.families {
		all, err := m.Members(s.Family)
		if err != nil {
			return err
		}
		s.members = slices.Clone(all)
		slices.SortStableFunc(s.members, func(a, b Member) int {
			if m.Profile == Aggregate {
				return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(band(a.Born, m.To), band(b.Born, m.To)), cmp.Compare(a.Sex, b.Sex))
			}
			return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Born, b.Born), cmp.Compare(a.Person, b.Person))
		})
	}
	return nil
}

func (m *maker) note() string {
	if m.Profile == Identified {
		return "Identified: holds personal data. Legal basis: " + strings.TrimSpace(m.LegalBasis) +
			"\nProtected addresses are withheld. Keep it encrypted, send it only as the legal basis allows, and delete it when done."
	}
	return "Aggregate: no identifiers, names, dates of birth or places of people. Family references cannot be turned back without the key, " +
		"which stays with the council.\nWhat the funnel withholds is blank in the rows."
}

// column is a column with how a row fills it.
type column[T any] struct {
	name  string
	kind  tablefile.Type
	note  string
	in    profiles
	value func(m *maker, x T) any
}

// profiles are those that a column is in.
type profiles uint8

const (
	inAggregate profiles = 1 << iota
	inIdentified
	inBoth = inAggregate | inIdentified
)

func (c *column[T]) of(p Profile) bool { return c.in&(1<<p) != 0 }

// lay makes a table of the columns that the profile has.
func lay[T any](m *maker, name, note string, columns []column[T], rows []T) tablefile.Table {
	t := tablefile.Table{Name: name, Note: note}
	if m.Profile == Identified {
		t.Note += " Personal data. Legal basis: " + strings.TrimSpace(m.LegalBasis)
	}
	var used []column[T]
	for _, c := range columns {
		if c.of(m.Profile) {
			used = append(used, c)
			t.Columns = append(t.Columns, tablefile.Column{Name: c.name, Type: c.kind, Note: c.note})
		}
	}
	for _, x := range rows {
		row := make([]any, len(used))
		for i, c := range used {
			row[i] = c.value(m, x)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// text is nil for blank text.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// list joins what is not blank, without repetition, sorted.
func list(of []string) any {
	of = slices.DeleteFunc(slices.Clone(of), func(s string) bool { return s == "" })
	slices.Sort(of)
	return text(strings.Join(slices.Compact(of), ";"))
}

func day(d family.Date) any { return text(d.String()) }

func month(d family.Date) any {
	if d == 0 {
		return nil
	}
	return d.String()[:len("2006-01")]
}

// standing are the results of a family that stand at the end of the period.
func (s *sent) standing(to family.Date) []funnel.Result {
	var out []funnel.Result
	for _, r := range s.Results {
		if r.Day <= to && (r.Withdrawn == 0 || r.Withdrawn > to) && (!r.Invalid || r.Audited > to) {
			out = append(out, r)
		}
	}
	return out
}

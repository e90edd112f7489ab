package synth

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// sheet writes one file, a row at a time.
type sheet struct {
	feed family.Feed
	cols []family.Column
	vals [family.NumColumns]string
	w    output
}

// output is a file being written. What goes wrong before it is closed is told
// then.
type output struct {
	file *os.File
	*bufio.Writer
}

func create(dir, name string) (output, error) {
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return output{}, fmt.Errorf("synth: cannot make %s: %w", name, err)
	}
	return output{f, bufio.NewWriterSize(f, 1<<18)}, nil
}

func (o output) close() error {
	err := o.Flush()
	if e := o.file.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("synth: cannot write %s: %w", filepath.Base(o.file.Name()), err)
	}
	return nil
}

func newSheet(dir string, feed family.Feed) (*sheet, error) {
	w, err := create(dir, feed.String()+".csv")
	if err != nil {
		return nil, err
	}
	s := &sheet{feed: feed, cols: feed.Columns(), w: w}
	for _, c := range s.cols {
		s.vals[c] = c.String()
	}
	s.line()
	return s, nil
}

func (s *sheet) set(c family.Column, v string) { s.vals[c] = v }

func (s *sheet) count(c family.Column, n int) { s.vals[c] = strconv.Itoa(n) }

func (s *sheet) yes(c family.Column, b bool) {
	s.vals[c] = "N"
	if b {
		s.vals[c] = "Y"
	}
}

// line writes the row and clears it.
func (s *sheet) line() {
	for i, c := range s.cols {
		if i > 0 {
			s.w.WriteByte(',')
		}
		writeCSV(s.w.Writer, s.vals[c])
		s.vals[c] = ""
	}
	s.w.WriteByte('\n')
}

// writeCSV writes one value, quoted only where it must be.
func writeCSV(w *bufio.Writer, v string) {
	if !strings.ContainsAny(v, ",\"\r\n;") {
		w.WriteString(v)
		return
	}
	w.WriteByte('"')
	w.WriteString(strings.ReplaceAll(v, `"`, `""`))
	w.WriteByte('"')
}

// person fills the person block.
func (s *sheet) person(id *identity, st *style) {
	s.set(family.ColForename, id.forename)
	s.set(family.ColMiddleNames, id.middle)
	s.set(family.ColSurname, id.surname)
	s.set(family.ColKnownAs, id.knownAs)
	s.set(family.ColFormerSurname, id.former)
	s.set(family.ColDOB, st.date(id.dob))
	s.set(family.ColSex, id.sex)
	s.set(family.ColAddress1, id.address1)
	s.set(family.ColAddress2, id.address2)
	s.set(family.ColTown, id.town)
	s.set(family.ColPostcode, id.postcode)
	s.set(family.ColUPRN, id.uprn)
	s.set(family.ColPhone, id.phone)
	s.set(family.ColEmail, id.email)
	s.set(family.ColUPN, id.upn)
	s.set(family.ColNINO, id.nino)
	s.set(family.ColNHSNumber, id.nhs)
	s.set(family.ColPNCID, id.pnc)
	s.set(family.ColULN, id.uln)
}

// printer writes the feeds and remembers what of them the truth needs.
type printer struct {
	w       *world
	d       dice
	dir     string
	truth   *bufio.Writer
	facts   [][]*family.Row // by person judged: the rows that speak of them, clean
	scratch []family.Value
	judged  []bool // by person: lives in a family now
	from    part   // the people being written follow these
	to      part   // up to these
	visits  map[visit]bool
	seq     int
	cards   map[[2]int32]identity // by person and school: how a school holds a parent
	dwp     map[int32]identity    // how DWP holds a person
}

// emit writes the sheet's row as that of the given people, the subject first,
// and says so in the truth. none stands for a part without a person.
func (p *printer) emit(s *sheet, id string, people ...int32) {
	s.set(family.ColRecordID, id)
	for part, pi := range people {
		if pi == none {
			continue
		}
		p.w.people[pi].seen = true
		p.truth.WriteString(s.feed.String())
		p.truth.WriteByte(',')
		writeCSV(p.truth, id)
		p.truth.WriteByte(',')
		p.truth.WriteString(family.Part(part).String())
		p.truth.WriteByte(',')
		p.truth.WriteString(personID(pi))
		p.truth.WriteByte('\n')
	}
	if len(people) > 0 && people[0] != none {
		p.remember(s, id, people[0])
	}
	s.line()
}

// personal columns say who somebody is, not what happened: the truth about
// eligibility does without them.
func factual(c family.Column) bool {
	switch {
	case c >= family.ColForename && c <= family.ColFormerUPN, c == family.ColSchoolName, c == family.ColAlias,
		c == family.ColNominalID, c >= family.ColEventAddress1 && c <= family.ColEventUPRN,
		c >= family.ColContact1Forename && c <= family.ColContact2Phone,
		c == family.ColRecordID, c == family.ColLeadPractitioner, c == family.ColLeadPractitionerContact:
		return false
	}
	return true
}

// remember keeps the row's facts, with dates in ISO form, under the true
// person.
func (p *printer) remember(s *sheet, id string, pi int32) {
	if !p.judged[pi] {
		return
	}
	values := p.scratch[:0]
	for _, c := range s.cols {
		v := s.vals[c]
		if v == "" || !factual(c) {
			continue
		}
		if len(v) == 10 && v[2] == '/' && v[5] == '/' {
			v = v[6:] + "-" + v[3:5] + "-" + v[:2]
		}
		values = append(values, family.Value{Column: c, Text: v})
	}
	row := family.NewRow(s.feed, id, slices.Clone(values))
	p.scratch = values
	row.AsAt = p.w.asAt
	p.facts[pi] = append(p.facts[pi], row)
}

// next gives a record id that the supplier's system would.
func (p *printer) next(prefix string) string {
	p.seq++
	return prefix + strconv.Itoa(100000+p.seq)
}

package people

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// Style is how a table is laid out: the names of its columns and how a cell is
// written.
type Style struct {
	// Name is what the command line calls it.
	Name string
	// Header are the names of the columns, the first that of the record's id.
	Header []string
	// US makes an American world rather than a British one.
	US  bool
	row func(c *clerk, s *said, cells []string) []string
}

// Options say which table to make. Equal options give equal bytes.
type Options struct {
	// Style is how it is laid out.
	Style Style
	// Records is about how many rows there are: households are never cut.
	Records int
	// Seed picks the people, NoiseSeed what clerks wrote of them.
	Seed, NoiseSeed uint64
	// Noise multiplies the rate of errors; 1 is usual.
	Noise float64
	// Once has everybody at most once, and Share is the part of them that is
	// there at all: one side of a link.
	Once  bool
	Share float64
	// Prefix begins every id.
	Prefix string
}

// Write writes the table and its truth: record_id, cluster_id (the person) and
// origin (of the name). It holds the whole table in memory, about 150 bytes a
// record, and blocks until done.
func Write(opt Options, table, truth io.Writer) error {
	rows := gather(opt)
	r := rand.New(rand.NewPCG(opt.Seed, opt.NoiseSeed+77))
	r.Shuffle(len(rows.of), func(i, j int) { rows.of[i], rows.of[j] = rows.of[j], rows.of[i] })
	t, u := bufio.NewWriterSize(table, 1<<20), bufio.NewWriterSize(truth, 1<<20)
	fmt.Fprintln(t, strings.Join(opt.Style.Header, ","))
	fmt.Fprintln(u, "record_id,cluster_id,origin")
	for i, row := range rows.of {
		fmt.Fprintf(t, "%s%d,", opt.Prefix, 1000001+i)
		_, _ = t.Write(rows.text[row.from:row.to]) // Flush tells of a failure
		fmt.Fprintf(u, "%s%d,P%d,%s\n", opt.Prefix, 1000001+i, row.person, rows.origins[row.origin])
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return u.Flush()
}

// rows are a table before they are put in order.
type rows struct {
	text    []byte
	of      []row
	origins []string
}

type row struct {
	from, to uint64
	person   int32
	origin   uint8
}

func gather(opt Options) *rows {
	w := newWorld(opt.Seed, opt.Style.US, opt.Records)
	out := &rows{}
	for _, o := range w.origins {
		out.origins = append(out.origins, o.name)
	}
	var cells []string
	for k := 0; len(out.of) < opt.Records; k++ {
		h := w.household(k)
		c := &clerk{rand.New(rand.NewPCG(opt.NoiseSeed, uint64(k)*0xd1342543de82ef95+3)), opt.Noise}
		for i := range h.people {
			p := &h.people[i]
			for range c.times(opt) {
				s := c.describe(h, p)
				cells = opt.Style.row(c, &s, cells[:0])
				from := uint64(len(out.text))
				out.text = appendCSV(out.text, cells)
				origin := slices.Index(out.origins, p.origin)
				out.of = append(out.of, row{from: from, to: uint64(len(out.text)), person: p.number, origin: uint8(origin)})
			}
		}
	}
	return out
}

// times is how often somebody is in the table.
func (c *clerk) times(opt Options) int {
	if opt.Once {
		if c.Float64() < opt.Share {
			return 1
		}
		return 0
	}
	switch x := c.Float64(); {
	case x < 0.45:
		return 1
	case x < 0.75:
		return 2
	case x < 0.9:
		return 3
	}
	return 4 + c.IntN(4)
}

func appendCSV(b []byte, cells []string) []byte {
	for i, s := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		if strings.ContainsAny(s, ",\"\n") {
			b = strconv.AppendQuote(b, s) // no cell holds a quote or a control
		} else {
			b = append(b, s...)
		}
	}
	return append(b, '\n')
}

// Styles are the layouts that the bench knows.
var Styles = []Style{
	{Name: "uk", Header: []string{"record_id", "forename", "surname", "dob", "sex", "address", "town", "postcode", "phone", "email"}, row: uk},
	{Name: "nhs", Header: []string{"PatientID", "FamilyName", "GivenName", "BirthDate", "Gender", "AddressLine1", "PostTown", "PostCode",
		"MobileNo", "EmailAddress"}, row: clinic},
	{Name: "us", US: true, Header: []string{"id", "first", "mi", "last", "ssn", "birthdate", "gender", "street", "city", "state", "zip", "phone"}, row: us},
	{Name: "client", Header: []string{"client_ref", "name", "date_of_birth", "address_line", "post_code", "mobile"}, row: client},
	{Name: "school", Header: []string{"UniqueRef", "LegalForename", "MiddleNames", "LegalSurname", "DOB", "Sex", "HomeAddress", "HomePostcode",
		"ParentTel"}, row: school},
}

func iso(s *said) string {
	if s.year == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", s.year, s.month, s.day)
}

func dmy(s *said, between string) string {
	if s.year == 0 {
		return ""
	}
	return fmt.Sprintf("%02d%s%02d%s%04d", s.day, between, s.month, between, s.year)
}

func uk(c *clerk, s *said, out []string) []string {
	if c.Float64() < 0.1 {
		s.at.code = strings.ReplaceAll(s.at.code, " ", "")
	}
	return append(out, s.forename, s.surname, iso(s), s.sex, line(c, &s.at), s.at.town, s.at.code, s.phone, s.email)
}

func clinic(c *clerk, s *said, out []string) []string {
	sex := map[string]string{"M": "Male", "F": "Female"}[s.sex]
	return append(out, strings.ToUpper(s.surname), s.forename, dmy(s, "/"), sex, line(c, &s.at), s.at.town,
		strings.ToLower(s.at.code), strings.ReplaceAll(s.phone, " ", ""), s.email)
}

func us(_ *clerk, s *said, out []string) []string {
	date, street, middle := "", "", ""
	if s.year != 0 {
		date = fmt.Sprintf("%02d/%02d/%04d", s.month, s.day, s.year)
	}
	if s.at.street != "" {
		street = strings.TrimSpace(s.at.number + " " + s.at.street + " " + s.at.flat)
	}
	if s.middle != "" {
		middle = s.middle[:1]
	}
	return append(out, s.forename, middle, s.surname, s.ssn, date, s.sex, street, s.at.town, s.at.state, s.at.code, s.phone)
}

func client(c *clerk, s *said, out []string) []string {
	title := ""
	if c.Float64() < 0.3 {
		title = map[string]string{"M": "Mr ", "F": "Mrs ", "": ""}[s.sex]
	}
	address := line(c, &s.at)
	if address != "" {
		address += ", " + s.at.town
	}
	return append(out, strings.TrimSpace(title+s.forename+" "+s.surname), dmy(s, "-"), address, s.at.code,
		strings.Replace(s.phone, "0", "+44", 1))
}

func school(c *clerk, s *said, out []string) []string {
	return append(out, s.forename, s.middle, s.surname, dmy(s, "/"), s.sex, line(c, &s.at), s.at.code, s.phone)
}

// line writes a British address on one line, at times with shortened words.
func line(c *clerk, a *place) string {
	if a.street == "" {
		return ""
	}
	street := a.street
	if c.Float64() < 0.15 {
		street = shortened.Replace(street)
	}
	s := a.number + " " + street
	switch {
	case a.flat == "":
	case c.Float64() < 0.2:
		s = strings.TrimPrefix(a.flat, "Flat ") + "/" + s
	default:
		s = a.flat + ", " + s
	}
	if c.Float64() < 0.1 {
		s = strings.ToUpper(s)
	}
	return s
}

var shortened = strings.NewReplacer(" Street", " St", " Road", " Rd", " Avenue", " Ave", " Lane", " Ln", " Drive", " Dr", " Close", " Cl", " Gardens", " Gdns")

package synth

import (
	"fmt"
	"os"

	"github.com/hearthmatch/hearth/family"
)

// Options says which council to make.
type Options struct {
	// People is the number of people to simulate, the dead included.
	People int
	// Seed picks the council: equal options give equal bytes.
	Seed uint64
	// AsAt is the day that the deliveries describe; 0 is 14 March 2025.
	AsAt family.Date
	// Noise is what errors the agencies make.
	Noise Noise

	bare bool // without the hard cases of homes
}

// Generate writes the council's files into dir, which it makes if need be:
// the five feeds, the four reference files and the truth files. progress,
// where not nil, is told of the people done, out of the total; it is called
// from the caller's goroutine.
func Generate(opt Options, dir string, progress func(done, total int)) error {
	if opt.People < 1 || opt.People > 20_000_000 {
		return fmt.Errorf("synth: the number of people must be from 1 to 20,000,000: %w", family.ErrInvalid)
	}
	if opt.AsAt == 0 {
		opt.AsAt = family.NewDate(2025, 3, 14)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("synth: cannot make the output directory: %w", err)
	}
	w := newWorld(opt)
	w.populate(progress)
	p := &printer{w: w, dir: dir, facts: make([][]*family.Row, len(w.people)), judged: w.inFamilies(), visits: map[visit]bool{}}
	for _, write := range []func() error{p.feeds, p.writePersons, p.writeHouseholds, p.writeStays, p.writeVisits, p.writeRelations} {
		if err := write(); err != nil {
			return err
		}
	}
	if progress != nil {
		progress(opt.People, opt.People)
	}
	return nil
}

// feeds writes every file of the deliveries and who is in them.
func (p *printer) feeds() error {
	truth, err := newTruthFile(p.dir, truthRecords)
	if err != nil {
		return err
	}
	p.truth = truth.Writer
	for _, f := range family.Feeds() {
		s, err := newSheet(p.dir, f)
		if err != nil {
			return err
		}
		p.seq = 0
		p.from, p.to = part{}, p.w.main
		p.cast(100 + uint64(f))
		p.fill(s)
		p.rest(s)
		if err := s.w.close(); err != nil {
			return err
		}
	}
	return truth.close()
}

// cast begins a stream of chance.
func (p *printer) cast(stream uint64) {
	p.d = newDice(p.w.opt.Seed, stream)
	p.d.noise = p.w.opt.Noise
}

// rest writes what agencies say of the hard cases of homes, by chance of their
// own: the rows of everybody else are the same with and without them.
func (p *printer) rest(s *sheet) {
	if p.w.main.people == len(p.w.people) || s.feed.Reference() {
		return
	}
	kept := p.w.d
	p.w.d = newDice(p.w.opt.Seed, 200+uint64(s.feed))
	p.cast(300 + uint64(s.feed))
	p.from, p.to = p.w.main, part{len(p.w.homes), len(p.w.people), len(p.w.dwellings)}
	p.fill(s)
	p.w.d = kept
}

func (p *printer) fill(s *sheet) {
	switch s.feed {
	case family.Attendance:
		p.attendance(s)
	case family.Police:
		p.police(s)
	case family.Housing:
		p.housing(s)
	case family.Benefits:
		p.benefits(s)
	case family.Involvement:
		p.involvement(s)
	case family.Addresses:
		p.addresses(s)
	case family.Schools:
		p.schoolList(s)
	case family.Population:
		p.population(s)
	case family.Targets:
		p.targets(s)
	}
}

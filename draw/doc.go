// Package draw makes pictures of a household: a genogram (who is what to whom,
// and who lives together) and a residence timeline (who lived where, when), as
// SVG to stand in a page, on paper or in a file, each with the same in words.
//
// It draws what a family.Household says and nothing else: it guesses no couple,
// and what is not sure is grey with a question mark. It decides nothing: who may
// see what is settled before, and the household that it is given holds no more
// than that. It is pure: equal input gives equal bytes.
//
// The signs are those of British practice: a square is male, a circle female, a
// diamond not known; a cross through it has died; an unbroken line joins a couple,
// a slash through it says that they have parted, a broken line joins two parents
// of whom no more is known; brothers and sisters hang from one bar, the eldest on
// the left, twins from one point of it, foster children by broken lines; a dotted
// line goes round those who live together.
package draw

import (
	"fmt"

	"github.com/hearthmatch/hearth/family"
)

// Person is how a person is shown.
type Person struct {
	Name string // "" where nobody may know
	Sex  byte   // 'M', 'F' or else not known
	Born family.Date
	Died family.Date // 0 for the living
}

// Picture is a drawing and what it shows in words, a line each, indented by two
// spaces a level.
type Picture struct {
	SVG  []byte
	Text []string
}

// Input is a household to be drawn.
type Input struct {
	Household *family.Household
	// Of returns how a person is shown; of somebody unknown, the zero value.
	Of func(id string) Person
	// AsAt is the day of the picture; ages are as at it.
	AsAt family.Date
}

// caption is a person's name with the age.
func (in *Input) caption(id string) string {
	p := in.Of(id)
	if p.Name == "" {
		p.Name = "Name not known"
	}
	if age := in.age(p); age != "" {
		return p.Name + ", " + age
	}
	return p.Name
}

// age is in whole years, at death for the dead; "" where it is not known.
func (in *Input) age(p Person) string {
	at := in.AsAt
	if p.Died != 0 && p.Died < at {
		at = p.Died
	}
	if p.Born == 0 || p.Born > at {
		return ""
	}
	return fmt.Sprint(p.Born.AgeAt(at))
}

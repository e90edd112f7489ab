package pipeline

import (
	"hash/maphash"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// onlyShown are the fields of a household that scoring does not read;
// TestScoringReadsNoMore holds it to that.
var onlyShown = map[string]bool{}

func init() {
	for _, f := range []string{
		"Address.Line1", "Address.Line2", "Address.Town", "Address.Postcode", "Address.UPRN",
		"Members.Reason", "Members.Evidence", "Members.Evidence.Feed", "Members.Evidence.ID",
		"Members.Weights", "Members.Weights.Fact", "Members.Weights.Bits", "Members.Weights.Row.Feed", "Members.Weights.Row.ID", "Members.Weights.Day",
		"Relations.Evidence", "Relations.Evidence.Feed", "Relations.Evidence.ID",
	} {
		onlyShown["Household."+f] = true
	}
}

// onlyShownLists are the lists of a household that scoring does not read.
var onlyShownLists = []string{"Household.Stays", "Household.Changes", "Household.Contradictions"}

// TestBasisSeesEverything changes each field of what a candidate follows from,
// also those that are added later: the basis changes with it.
func TestBasisSeesEverything(t *testing.T) {
	seed := maphash.MakeSeed()
	household, nomination, person := family.Household{}, eligibility.Nomination{}, family.Person{}
	household.Members = make([]family.Member, 1)
	person.Records = []*family.Record{{Row: family.NewRow(family.Police, "r", []family.Value{{Column: family.ColDOB, Text: "2001-01-01"}})}}
	sum := func() uint64 {
		d := newDigest(seed)
		d.household(&household, func(string) {})
		d.nomination(&nomination)
		d.person(&person)
		return d.h.Sum64()
	}
	for _, v := range []reflect.Value{reflect.ValueOf(&household), reflect.ValueOf(&nomination)} {
		grow(v.Elem())
		eachLeaf(v.Elem(), v.Elem().Type().Name(), func(name string, leaf reflect.Value) {
			if onlyShown[name] || slices.ContainsFunc(onlyShownLists, func(l string) bool { return strings.HasPrefix(name, l) }) {
				return
			}
			before := sum()
			was := reflect.ValueOf(leaf.Interface())
			change(leaf)
			if sum() == before {
				t.Errorf("%s does not count", name)
			}
			leaf.Set(was)
			if sum() != before {
				t.Errorf("%s: the basis is not that of before", name)
			}
		})
	}
	before := sum()
	for name, edit := range map[string]func(r *family.Record, row *family.Row){
		"part":  func(r *family.Record, _ *family.Row) { r.Part++ },
		"place": func(_ *family.Record, row *family.Row) { row.Seq++ },
	} {
		record := *person.Records[0]
		row := *record.Row
		record.Row = &row
		edit(&record, &row)
		was := person.Records[0]
		person.Records[0] = &record
		if sum() == before {
			t.Errorf("the record's %s does not count", name)
		}
		person.Records[0] = was
	}
}

// grow gives every slice within v an element.
func grow(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			grow(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		grow(v.Index(0))
	}
}

func eachLeaf(v reflect.Value, name string, visit func(string, reflect.Value)) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		visit(name, v)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			eachLeaf(v.Field(i), name+"."+v.Type().Field(i).Name, visit)
		}
	case v.Kind() == reflect.Slice:
		visit(name, v)
		eachLeaf(v.Index(0), name, visit)
	default:
		visit(name, v)
	}
}

// change gives v another value: a slice another element.
func change(v reflect.Value) {
	switch {
	case v.Kind() == reflect.Slice:
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
	case v.Kind() == reflect.String:
		v.SetString(v.String() + "x")
	case v.Kind() == reflect.Bool:
		v.SetBool(!v.Bool())
	case v.CanFloat():
		v.SetFloat(v.Float() + 1)
	case v.CanInt():
		v.SetInt(v.Int() + 1)
	default:
		v.SetUint(v.Uint() + 1)
	}
}

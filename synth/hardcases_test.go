package synth

import (
	"testing"

	"github.com/hearthmatch/hearth/family"
)

// TestHardCases looks for each hard case of linkage in a small council's
// truth.
func TestHardCases(t *testing.T) {
	w := newWorld(Options{People: 3000, Seed: 4, AsAt: family.NewDate(2025, 3, 14)})
	w.populate(nil)
	found := map[string]int{}
	for hi := range w.homes {
		w.lookInto(int32(hi), found)
	}
	for i := range w.people {
		p := &w.people[i]
		if p.died != 0 && p.died > w.asAt.AddYears(-3) {
			found["dead"]++
		}
		if p.maiden != "" && p.changed > w.asAt.AddYears(-3) {
			found["changed surname"]++
		}
		if n := len(p.stays); n > 1 && p.stays[n-1].from > w.asAt.AddYears(-3) {
			found["mover"]++
		}
		if st, ok := p.now(); ok && p.age(w.asAt) < 18 && p.father != none {
			if f, lives := w.people[p.father].now(); lives && f.home != st.home && !w.dwellings[f.dwelling].outside {
				found["parent with another home"]++
			}
		}
	}
	for _, want := range []string{"twins", "namesakes in one home", "cousins of one name", "shared house", "hostel", "refuge",
		"foster child", "step-parent", "dead", "changed surname", "mover", "parent with another home", "three generations"} {
		if found[want] == 0 {
			t.Errorf("no %s in the council", want)
		}
	}
}

func (w *world) lookInto(hi int32, found map[string]int) {
	names := map[kind]string{kindShared: "shared house", kindHostel: "hostel", kindRefuge: "refuge"}
	if n := names[w.homes[hi].kind]; n != "" {
		found[n]++
	}
	list := w.current(hi)
	for i, a := range list {
		p := &w.people[a.person]
		if a.rel == relFoster {
			found["foster child"]++
		}
		if a.rel == relParent {
			found["three generations"]++
		}
		for _, b := range list[:i] {
			q := &w.people[b.person]
			if p.dob == q.dob && p.mother == q.mother && p.mother != none {
				found["twins"]++
			}
			if p.first == q.first && p.surname == q.surname {
				if p.father == b.person || q.father == a.person {
					found["namesakes in one home"]++
				} else if p.father != none && q.father != none && p.father != q.father {
					found["cousins of one name"]++
				}
			}
			if b.rel == relPartner && a.rel == relChild && p.father != b.person && p.mother != b.person {
				found["step-parent"]++
			}
			if a.rel == relPartner && b.rel == relChild && q.father != a.person && q.mother != a.person {
				found["step-parent"]++
			}
		}
	}
}

// TestMessyRows looks for the faults of delivery in the files.
func TestMessyRows(t *testing.T) {
	dir := generate(t, 12000, 4)
	found := map[string]int{}
	schools, phones := map[string]bool{}, map[string]map[string]bool{}
	readFeed(t, dir, family.Schools, func(get func(string) string) { schools[get("name")] = true })
	for _, feed := range []family.Feed{family.Attendance, family.Police, family.Housing, family.Benefits, family.Involvement} {
		readFeed(t, dir, feed, func(get func(string) string) {
			dob, _ := family.ParseDate(get("dob"))
			_, m, d := dob.Civil()
			found["first of January"] += btoi(m == 1 && d == 1)
			found["1900"] += btoi(dob == family.NewDate(1900, 1, 1))
			found["no birth"] += btoi(dob == 0)
			found["slashed date"] += btoi(len(get("dob")) == 10 && get("dob")[2] == '/')
			found["ISO date"] += btoi(len(get("dob")) == 10 && get("dob")[4] == '-')
			found["not known postcode"] += btoi(get("postcode") == "ZZ99 3VZ")
			found["temporary NINO"] += btoi(len(get("nino")) > 2 && get("nino")[:2] == "TN")
			found["placeholder forename"] += btoi(get("forename") != "" && family.NameText(get("forename")) == "")
			found["school given as address"] += btoi(schools[get("address_1")])
			if p := family.Phone(get("phone")); p != "" {
				if phones[p] == nil {
					phones[p] = map[string]bool{}
				}
				phones[p][get("forename")] = true
			}
			if feed == family.Police {
				found["alias"] += btoi(get("alias") != "")
				found["event with nobody"] += btoi(get("role") == "none")
				found["event away from home"] += btoi(get("event_uprn") != "" && get("uprn") != "" && get("event_uprn") != get("uprn"))
			}
			if feed == family.Benefits {
				found["no match"] += btoi(get("match_result") == "NO_MATCH")
			}
			if feed == family.Involvement {
				found["death"] += btoi(get("date_of_death") != "")
			}
			if feed == family.Attendance {
				found["register"] += btoi(get("marks") != "")
				found["dual registration"] += btoi(get("enrolment_status") == "S")
			}
		})
	}
	for _, names := range phones {
		found["shared phone"] += btoi(len(names) > 2)
	}
	for _, want := range []string{"first of January", "1900", "no birth", "slashed date", "ISO date", "not known postcode", "temporary NINO",
		"placeholder forename", "school given as address", "shared phone", "alias", "event with nobody", "event away from home",
		"no match", "death", "register", "dual registration"} {
		if found[want] == 0 {
			t.Errorf("no row with: %s", want)
		}
	}
}

// TestEligibleFamilies keeps the shares of families that frameworks cover in
// a range that leaves something to find.
func TestEligibleFamilies(t *testing.T) {
	dir := generate(t, 12000, 2)
	n, yes := map[string]int{}, map[string]int{}
	err := readTable(dir+"/"+truthFamilies, []string{"framework", "eligible"}, func(f []string) error {
		n[f[0]]++
		yes[f[0]] += btoi(f[1] == "Y")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for framework, bounds := range map[string][2]float64{"tf-phase1-2012": {0.01, 0.05}, "sf-2022": {0.05, 0.16}} {
		if got := ratio(yes[framework], n[framework]); got < bounds[0] || got > bounds[1] {
			t.Errorf("%s: %.3f of %d families are eligible, want from %v to %v", framework, got, n[framework], bounds[0], bounds[1])
		}
	}
}

package synth

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// verdictSet says who is eligible and which criteria each household meets.
type verdictSet struct {
	eligible map[int32]bool
	met      map[string]map[int32]bool // by criterion
}

func newVerdictSet() verdictSet {
	return verdictSet{map[int32]bool{}, map[string]map[int32]bool{}}
}

func (v *verdictSet) meets(criterion string, hi int32) {
	if v.met[criterion] == nil {
		v.met[criterion] = map[int32]bool{}
	}
	v.met[criterion][hi] = true
}

// candidateMetrics compares the families that a framework covers.
func candidateMetrics(dir, path, framework string, m *people, l *linkage) (CandidateReport, error) {
	t, p := m.t, m.p
	pred := newVerdictSet()
	other := 0
	columns := []string{"household_id", "framework", "eligible", "criterion", "status", "person_id?", "put_forward?", "certainty?"}
	forward, certainty := map[int32]bool{}, map[int32]float64{}
	needy := map[int32][]int32{} // by household: whose needs are met
	err := readTable(path, columns, func(f []string) error {
		if f[1] != framework {
			other++
			return nil
		}
		hi := p.names.number(f[0])
		pred.eligible[hi] = pred.eligible[hi] || f[2] == "Y"
		if f[6] == "Y" {
			forward[hi] = true
		}
		if f[7] != "" {
			c, err := strconv.ParseFloat(f[7], 64)
			if err != nil {
				return fmt.Errorf("a certainty is no number")
			}
			certainty[hi] = c
		}
		if f[4] == "met" {
			pred.meets(f[3], hi)
			for _, id := range strings.Split(f[5], ";") {
				if i, ok := l.persons.of[id]; ok {
					needy[hi] = append(needy[hi], l.truthOf[i])
				}
			}
		}
		return nil
	})
	if err != nil {
		return CandidateReport{}, err
	}
	eligible, err := readTrueFamilies(dir, framework, t)
	if err != nil {
		return CandidateReport{}, err
	}
	for len(p.names.names) > len(p.homes) { // a candidate that the households lack
		p.homes = append(p.homes, home{})
		m.predGroups, m.main, m.wrong = append(m.predGroups, nil), append(m.main, none), append(m.wrong, 0)
	}
	twin := matchHomes(m.trueGroups, m.predGroups, len(t.persons.names))
	r := CandidateReport{Framework: framework, OtherLines: other, Eligible: compare(eligible, pred.eligible, twin)}
	r.False = m.falseCandidates(pred.eligible, needy)
	r.Certainty = m.certaintyOf(pred.eligible, certainty)
	if len(forward) > 0 {
		score, wrong := compare(eligible, forward, twin), m.falseCandidates(forward, needy)
		r.PutForward, r.FalseForward = &score, &wrong
	}
	real, err := readTrueCriteria(dir, framework, t)
	if err != nil {
		return CandidateReport{}, err
	}
	if real == nil {
		return r, nil
	}
	for c := range pred.met {
		if real.met[c] == nil {
			real.met[c] = map[int32]bool{}
		}
	}
	for c, homes := range real.met {
		r.Criteria = append(r.Criteria, CriterionScore{c, compare(homes, pred.met[c], twin)})
	}
	sort.Slice(r.Criteria, func(a, b int) bool { return r.Criteria[a].Criterion < r.Criteria[b].Criterion })
	return r, nil
}

// falseCandidates counts the households among those chosen where somebody is
// wrongly a member, and where a need that is met is such a person's.
func (m *people) falseCandidates(chosen map[int32]bool, needy map[int32][]int32) FalseCandidates {
	var f FalseCandidates
	for hi, yes := range chosen {
		if !yes {
			continue
		}
		f.Anybody.Of++
		f.Anybody.N += btoi(m.wrong[hi] > 0)
		members := map[int32]bool{}
		for _, r := range m.p.homes[hi].members {
			members[r.person] = true
		}
		f.RestsOnWrong.N += btoi(slices.ContainsFunc(needy[hi], func(p int32) bool { return members[p] && !m.belongs(hi, p) }))
	}
	f.RestsOnWrong.Of = f.Anybody.Of
	f.Anybody.Rate, f.RestsOnWrong.Rate = ratio(f.Anybody.N, f.Anybody.Of), ratio(f.RestsOnWrong.N, f.RestsOnWrong.Of)
	return f
}

// certaintyOf calibrates how sure the chosen candidates are said to be; nil
// where the export does not say.
func (m *people) certaintyOf(chosen map[int32]bool, certainty map[int32]float64) *Calibration {
	c := newCalibration()
	for hi, yes := range chosen {
		if said := certainty[hi]; yes && said > 0 {
			c.add(said, m.wrong[hi] == 0)
		}
	}
	return c.done()
}

// readTrueFamilies reads which households the framework really covers.
func readTrueFamilies(dir, framework string, t *truth) (map[int32]bool, error) {
	eligible := map[int32]bool{}
	err := readTable(filepath.Join(dir, truthFamilies), []string{"household_id", "framework", "eligible"}, func(f []string) error {
		if f[1] == framework {
			hi := t.homeName.number(f[0])
			eligible[hi] = eligible[hi] || f[2] == "Y"
		}
		return nil
	})
	if err == nil && len(eligible) == 0 {
		err = fmt.Errorf("synth: the truth says nothing of this framework: %w", family.ErrInvalid)
	}
	return eligible, err
}

// readTrueCriteria reads which criteria are really met; nil where the truth
// does not say.
func readTrueCriteria(dir, framework string, t *truth) (*verdictSet, error) {
	v := newVerdictSet()
	err := readTable(filepath.Join(dir, truthCriteria), []string{"household_id", "framework", "criterion"}, func(f []string) error {
		if hi, ok := t.homeName.of[f[0]]; ok && f[1] == framework {
			v.meets(f[2], hi)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return &v, err
}

// compare scores a predicted set of households; twin is, by predicted
// household, the true one that it is.
func compare(real, pred map[int32]bool, twin []int32) Score {
	var hit, predicted, actual int64
	for hi, yes := range pred {
		if !yes {
			continue
		}
		predicted++
		if int(hi) < len(twin) && twin[hi] != none && real[twin[hi]] {
			hit++
		}
	}
	for _, yes := range real {
		actual += int64(btoi(yes))
	}
	return newScore(hit, predicted, actual)
}

// matchHomes pairs predicted and true households one to one, those that agree
// most first; a pair agrees in at least half of all the people of the two.
func matchHomes(trueGroups, predGroups [][]int32, people int) []int32 {
	type pair struct {
		true, pred int32
		overlap    float64
	}
	var pairs []pair
	livesIn := homesOf(trueGroups, people)
	for j, g := range predGroups {
		count := map[int32]int{}
		for _, p := range g {
			for _, h := range livesIn[p] {
				count[h]++
			}
		}
		for h, n := range count {
			if o := float64(n) / float64(len(g)+len(trueGroups[h])-n); o >= 0.5 {
				pairs = append(pairs, pair{h, int32(j), o})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		switch {
		case a.overlap > b.overlap:
			return -1
		case a.overlap < b.overlap:
			return 1
		case a.true != b.true:
			return int(a.true - b.true)
		}
		return int(a.pred - b.pred)
	})
	twin := make([]int32, len(predGroups))
	for j := range twin {
		twin[j] = none
	}
	taken := map[int32]bool{}
	for _, p := range pairs {
		if twin[p.pred] == none && !taken[p.true] {
			twin[p.pred] = p.true
			taken[p.true] = true
		}
	}
	return twin
}

package synth

import "math"

// bands is how many bands of probability a calibration tells apart.
const bands = 10

// Calibration compares probabilities said with what was true.
type Calibration struct {
	// Bands are of equal width, the least probability first; those without
	// anybody are left out.
	Bands []Band `json:"bands"`
	// ECE is the mean of what the bands are off, weighed by their sizes.
	ECE float64 `json:"expected_calibration_error"`
	N   int     `json:"n"`
}

// Band is what was said and what was true from one probability to another.
type Band struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
	N    int     `json:"n"`
	Said float64 `json:"said"`
	True float64 `json:"true"`
}

// calibrating counts in whole millionths, so that the order does not matter.
type calibrating struct {
	n, hit [bands]int
	said   [bands]int64
}

func newCalibration() *calibrating { return &calibrating{} }

func (c *calibrating) add(said float64, is bool) {
	said = min(1, max(0, said))
	b := min(bands-1, int(said*bands))
	c.n[b]++
	c.said[b] += int64(math.Round(said * 1e6))
	c.hit[b] += btoi(is)
}

// done returns what was found; nil of nothing.
func (c *calibrating) done() *Calibration {
	out := &Calibration{}
	for b, n := range c.n {
		out.N += n
		if n == 0 {
			continue
		}
		band := Band{From: float64(b) / bands, To: float64(b+1) / bands, N: n,
			Said: float64(c.said[b]) / 1e6 / float64(n), True: ratio(c.hit[b], n)}
		out.Bands = append(out.Bands, band)
		out.ECE += float64(n) * math.Abs(band.Said-band.True)
	}
	if out.N == 0 {
		return nil
	}
	out.ECE /= float64(out.N)
	return out
}

// calibrate compares how sure the export is of members of families with whether
// they are members; and of families, with whether nobody is wrongly in.
func (m *people) calibrate(r *HouseholdReport) {
	members, families := newCalibration(), newCalibration()
	for i, h := range m.p.homes {
		if !isFamily(h) {
			continue
		}
		if h.certainty > 0 {
			families.add(h.certainty, m.wrong[i] == 0)
		}
		for _, q := range h.members {
			if m.p.sure {
				members.add(q.confidence, m.belongs(int32(i), q.person))
			}
		}
	}
	r.Calibration, r.CertaintyCalibration = members.done(), families.done()
}

package matcher

import (
	"math"
	"strconv"
	"strings"
)

func (c *column) comparePostcodes(a, b []uint32) Level {
	best := PostDiffers
	for _, x := range a {
		for _, y := range b {
			best = min(best, comparePostcode(c.text[x], c.text[y]))
		}
	}
	return best
}

func comparePostcode(s, t string) Level {
	if s == t {
		return PostSame
	}
	if len(s) == len(t) && differing(s, t) <= 2 && oneEdit(s, t) {
		return PostEdit
	}
	i, j := strings.IndexByte(s, ' '), strings.IndexByte(t, ' ')
	if i < 0 && j < 0 && !(letter(s) && letter(t) && min(len(s), len(t)) < leastID) {
		return compareZips(s, t)
	}
	if i < 0 {
		i = len(s)
	}
	if j < 0 {
		j = len(t)
	}
	switch {
	case s[:i] != t[:j]:
		if area(s) != "" && area(s) == area(t) {
			return PostArea
		}
		return PostDiffers
	case len(s) > i+1 && len(t) > j+1 && s[i+1] == t[j+1]:
		return PostSector
	}
	return PostDistrict
}

// compareZips compares codes of one piece, which most countries have: they go
// from the large to the small.
func compareZips(s, t string) Level {
	same := 0
	for same < min(len(s), len(t)) && s[same] == t[same] {
		same++
	}
	switch {
	case min(len(s), len(t)) < 4:
	case same >= 3:
		return PostDistrict
	case same == 2:
		return PostArea
	}
	return PostDiffers
}

func letter(s string) bool { return s != "" && s[0] >= 'A' && s[0] <= 'Z' }

// area is the letters that a postcode begins with.
func area(s string) string {
	i := 0
	for i < len(s) && s[i] >= 'A' && s[i] <= 'Z' {
		i++
	}
	return s[:i]
}

// parsePoint reads LATITUDE,LONGITUDE in degrees as the point's direction from
// the middle of the earth; the zero value for anything else.
func parsePoint(s string) [3]float64 {
	first, second, _ := strings.Cut(s, ",")
	lat, err1 := strconv.ParseFloat(first, 64)
	lon, err2 := strconv.ParseFloat(second, 64)
	if err1 != nil || err2 != nil || !(math.Abs(lat) <= 90 && math.Abs(lon) <= 360) {
		return [3]float64{}
	}
	phi, lambda := lat*math.Pi/180, lon*math.Pi/180
	return [3]float64{math.Cos(phi) * math.Cos(lambda), math.Cos(phi) * math.Sin(lambda), math.Sin(phi)}
}

// bands are the squares of the chords, on a sphere of radius 1, of the distances
// that part the levels of points: comparing them takes no angle functions.
var bands = func() [5]float64 {
	const earth = 6371.0088 // its mean radius in km
	var out [5]float64
	for i, km := range [...]float64{0.1, 1, 5, 25, 100} {
		half := math.Sin(km / earth / 2)
		out[i] = 4 * half * half
	}
	return out
}()

// comparePoints tells how far apart two points are. Something that is no point
// is far from everything.
func comparePoints(p, q *[3]float64) Level {
	if *p == [3]float64{} || *q == [3]float64{} {
		return PointFar
	}
	sum := 0.0
	for i := range p {
		d := p[i] - q[i]
		sum += float64(d * d)
	}
	for i, most := range bands {
		if sum <= most {
			return Level(i + 1)
		}
	}
	return PointFar
}

package synth

import "errors"

// Report is how well an export agrees with the truth.
type Report struct{}

// Evaluate reads the truth files in truthDir and measures the exports against
// them. links is needed; households and candidates may be blank.
func Evaluate(truthDir, links, households, candidates, framework string) (Report, error) {
	return Report{}, errors.New("synth: not built yet")
}

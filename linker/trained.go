package linker

import (
	"encoding/json"
	"fmt"

	"github.com/hearthmatch/hearth/linker/settings"
	"github.com/hearthmatch/hearth/matcher"
)

// TrainedVersion is the version of the form in which a Trained is written.
const TrainedVersion = 1

// Trained is a model with the settings that it was trained with, so that it
// links another table of the same columns without looking anew at what these
// are.
type Trained struct {
	Model *matcher.Model
	// Settings are nil where only a bare model was read.
	Settings *settings.Settings
}

// trainedFile is how a Trained is written.
type trainedFile struct {
	Version  int             `json:"hearth_model"`
	Settings string          `json:"settings"` // YAML
	Model    json.RawMessage `json:"model"`
}

// Marshal writes model and settings as one JSON object; equal ones give equal
// bytes.
func (t Trained) Marshal() ([]byte, error) {
	f := trainedFile{Version: TrainedVersion}
	var err error
	if f.Model, err = t.Model.Marshal(); err != nil {
		return nil, err
	}
	if t.Settings != nil {
		text, err := t.Settings.Marshal()
		if err != nil {
			return nil, err
		}
		f.Settings = string(text)
	}
	return json.Marshal(f)
}

// ParseTrained reads what Marshal wrote, or the matcher's model alone. It fails
// with matcher.ErrModel or settings.ErrSettings for anything else.
func ParseTrained(data []byte) (Trained, error) {
	var f trainedFile
	if err := json.Unmarshal(data, &f); err != nil || f.Version == 0 {
		m, err := matcher.ParseModel(data)
		return Trained{Model: m}, err
	}
	if f.Version != TrainedVersion {
		return Trained{}, fmt.Errorf("model file of version %d, this program uses %d; train one anew: %w",
			f.Version, TrainedVersion, matcher.ErrModel)
	}
	m, err := matcher.ParseModel(f.Model)
	if err != nil || f.Settings == "" {
		return Trained{Model: m}, err
	}
	s, err := settings.Parse([]byte(f.Settings))
	if err != nil {
		return Trained{}, fmt.Errorf("the settings in the model file: %w", err)
	}
	return Trained{m, s}, nil
}

package matcher

// Model is a trained linkage model: everything that a score depends on beside
// the two records.
type Model struct {
	// Version is the version of the model's form.
	Version int `json:"version"`
}

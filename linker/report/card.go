package report

// cardView is the model card.
type cardView struct {
	Facts          []fact
	Limits, NotFor []string
	Settings       string
}

type fact struct{ Name, Text string }

// notFor is what no linkage may be used for.
var notFor = []string{
	"deciding anything about a person, for or against, without a person's own look at the records",
	"proving who somebody is, in law or to another agency",
	"refusing, stopping or reclaiming a service",
	"other tables, without training and checking the model on them",
	"comparing groups of people as if all were linked equally well",
}

func newCard(r *Report, l limits) cardView {
	c := &r.Card
	program := c.Program
	if program == "" {
		program = "hearth"
	}
	if c.Version != "" {
		program += " " + c.Version
	}
	v := cardView{NotFor: append(append([]string(nil), notFor...), list(c.NotFor, l.sentences)...), Settings: lines(c.Settings, l.settings)}
	v.Limits = list(c.Limits, l.sentences)
	for i := range r.Columns {
		if limit := r.Columns[i].Limit; limit != "" && len(v.Limits) < l.sentences {
			v.Limits = append(v.Limits, name(r.Columns[i].Name)+": "+sentence(limit))
		}
	}
	for _, f := range []fact{
		{"Made by", name(program)},
		{"Made on", name(c.Made)},
		{"Model", sentence(c.Model)},
		{"Kind of model", kind(&r.Model)},
		{"Labels", labels(r)},
		{"Threshold", threshold(r)},
		{"Repeatable", "nothing is drawn at random: the same tables, settings and version give the same clusters and the " +
			"same page, on any number of processors"},
		{"Command", sentence(c.Command)},
	} {
		if f.Text != "" {
			v.Facts = append(v.Facts, f)
		}
	}
	return v
}

// kind says how the model thinks.
func kind(m *Model) string {
	if len(m.Comparisons) == 0 {
		return ""
	}
	for _, c := range m.Comparisons {
		for _, l := range c.Levels {
			if l.Relatives > 0 {
				return "a mixture of pairs of one person, pairs of relatives and pairs of strangers, each with its own " +
					"probabilities (Larsen and Rubin 2001)"
			}
		}
	}
	return "pairs of one person against pairs of two people, each with their own probabilities (Fellegi and Sunter 1969)"
}

func labels(r *Report) string {
	if r.Quality.Labels > 0 {
		return plural(r.Quality.Labels, "pair", "pairs") + " judged by people"
	}
	return "none"
}

func threshold(r *Report) string {
	if r.Answer.Threshold <= 0 || !finite(r.Answer.Threshold) {
		return ""
	}
	return "a probability of " + round(r.Answer.Threshold) + ", a weight of " + bits(weightOf(r.Answer.Threshold)) + " bits"
}

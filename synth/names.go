package synth

import (
	"embed"
	"math"
	"strings"
)

//go:embed names/*.txt
var nameFiles embed.FS

// origin is where a person's names come from. It is truth only: no feed says.
type origin uint8

const (
	english origin = iota
	celtic
	southAsian
	indian
	arabic
	eastEurope
	westAfrica
	caribbean
	chinese
	numOrigins
)

var originNames = [numOrigins]string{
	"english", "celtic", "southasian", "indian", "arabic", "easteurope", "westafrica", "caribbean", "chinese",
}

// originShare is each origin's part of new families.
var originShare = [numOrigins]float64{0.62, 0.08, 0.10, 0.045, 0.04, 0.05, 0.03, 0.02, 0.015}

func rankWeight(rank, steep float64) float64 { return 1 / math.Pow(rank, steep) }

// nameBook holds the names of every origin and the forms that they take.
type nameBook struct {
	fore     [numOrigins][2][3]table // by sex (0 male, 1 female) and generation
	sur      [numOrigins]table
	nickname map[string][]string
	spelling map[string][]string
	formal   map[string][]string // the other way round from nickname
}

func newNameBook() *nameBook {
	b := &nameBook{}
	for o := range numOrigins {
		lists := readLists("names/" + originNames[o] + ".txt")
		for g, n := range []string{"1", "2", "3"} {
			b.fore[o][0][g] = newTable(lists["male"+n], 3, 0.85)
			b.fore[o][1][g] = newTable(lists["female"+n], 3, 0.85)
		}
		b.sur[o] = newTable(append(lists["surname"], tail(o)...), 4, 0.92)
	}
	v := readVariants("names/variants.txt")
	b.nickname, b.spelling = v["nickname"], v["spelling"]
	b.formal = map[string][]string{}
	for _, line := range variantOrder("names/variants.txt", "nickname") {
		for _, n := range b.nickname[line] {
			b.formal[n] = append(b.formal[n], line)
		}
	}
	return b
}

// readLists reads [section] headings, each followed by words.
func readLists(path string) map[string][]string {
	out, section := map[string][]string{}, ""
	for line := range strings.Lines(mustRead(path)) {
		switch line = strings.TrimSpace(line); {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
		default:
			out[section] = appendNew(out[section], strings.Fields(line))
		}
	}
	return out
}

func appendNew(list, more []string) []string {
	seen := make(map[string]bool, len(list)+len(more))
	for _, w := range list {
		seen[w] = true
	}
	for _, w := range more {
		if !seen[w] {
			seen[w] = true
			list = append(list, w)
		}
	}
	return list
}

// readVariants reads "form: other other" lines under [section] headings.
func readVariants(path string) map[string]map[string][]string {
	out, section := map[string]map[string][]string{}, ""
	for line := range strings.Lines(mustRead(path)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]")
			out[section] = map[string][]string{}
		} else if form, rest, ok := strings.Cut(line, ":"); ok && line[0] != '#' {
			out[section][form] = strings.Fields(rest)
		}
	}
	return out
}

// variantOrder lists the forms of a section as the file has them.
func variantOrder(path, want string) []string {
	var out []string
	section := ""
	for line := range strings.Lines(mustRead(path)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]")
		} else if form, _, ok := strings.Cut(line, ":"); ok && section == want && line[0] != '#' {
			out = append(out, form)
		}
	}
	return out
}

func mustRead(path string) string {
	data, err := nameFiles.ReadFile(path)
	if err != nil {
		panic("synth: embedded names: " + err.Error())
	}
	return string(data)
}

// tails are word parts from which the rare surnames of an origin are made.
var tails = [numOrigins][2]string{
	english: {"Ash Bar Beck Black Brad Bram Brook Burn Car Chad Clay Cold Cran Crow Dal Den East Ed Elm Fair Farn Finch Gar Glen Green Had Hal Ham Hark Haw Hazel Hol Ing Kel Kir Lang Lin Long Mar Mel Mil Nor Oak Old Pen Rad Ram Rush San Sel Shel South Stan Sted Sut Thorn Thur Wal War Wen West Whit Win Wood Wyn",
		"ley ton ford well wood worth bury field shaw croft by thorpe combe hurst stead gate man den brook land bridge more ridge low bank house"},
	southAsian: {"Ab Ak Am An Ar As Az Ba Da Fa Gha Ha Ja Ka Ma Mu Na No Qa Ra Sa Sha Ta Wa Ya Za",
		"shid zam deed reem jid leek beer qat sood heer been feez bbani zzaq koor deem jeeb shkoor rani hmani zvi ddin"},
	indian: {"Bha Cha Dha Gha Go Jha Ka Kha Lo Ma Mo Na Pa Ra Sa So Ta Tha Va Vi",
		"gani khani ndhal rwal tia driwala chand nath gi rota swani lwani rath than vani mani palan nkar wal rda"},
	arabic: {"Ab Al Ba Da Fa Gha Ha Ja Ka Kha Ma Na Qa Ra Sa Sha Ta Wa Ya Za",
		"bani did fari ghoul hani jjar kim lami mari nnoun qqa rawi ssan tawi wwaz yyat zzi hmi ssem rkat"},
	eastEurope: {"Bart Bog Bor Brz Czar Dob Dom Fran Gaj Gor Grab Jak Jan Jas Kal Kar Klim Kos Kub Lew Lip Luk Mal Mich Mik Mor Nied Nik Ol Paw Pet Rad Rom Ros Sad Sien Sob Star Stef Tom Urb Wal Was Wit Woj Zab Zar",
		"owski ewski iński czak iak owicz ewicz ek escu eanu ov enko ulis aitis ák ka"},
	westAfrica: {"Ade Aki Ala Ama Ani Asa Ayo Ba Boa Chi Da Ebi Eke Fa Ike Ka Kwa Ma Mba Nka Nwa Nya Oba Odu Oga Oke Ola Olu Omo Ona Osa Owu Oye Sa Ta Uba Udo Ugo",
		"bayo bola dare dele femi goke jimi kunle lade made niyi pong rinde sanya teng toye wale wusu yemi ziem kwe meka nna sah tey"},
	celtic:    {"Mc Mac O'", "Alpine Ardle Atee Auley Avoy Cabe Cade Caffrey Carney Cauley Clelland Clure Combie Conville Cusker Dade Daid Dougall Elroy Evoy Garry Garvey Geough Gill Girr Glone Goldrick Hale Ilroy Ilveen Keever Kernan Larnon Master Meekin Menamin Murdo Nabb Naught Nicholas Parland Phail Rae Shane Sorley Sween Tiernan Vey Vicar Ward"},
	caribbean: {"Bar Bel Bra Cam Dal Fer Gor Har Lam Mor Nel Par Rob San Wil", "nett ston rington den guson row field ford by ley ton"},
	chinese:   {"Bai Cai Cao Cen Chai Chao Cui Deng Ding Dong Fan Fang Feng Gong Gu Hao He Hou Hua Jia Jiang Jin Ke Kong Lan Lei Long Lu Mao Meng Ouyang Pan Peng Qian Qin Shen Shi Tian Wei Wen Xiong Yan Yao Yu Yuan Zeng", ""},
}

// tail makes an origin's rare surnames: every first part with every second,
// in an order that mixes them.
func tail(o origin) []string {
	first, second := strings.Fields(tails[o][0]), strings.Fields(tails[o][1])
	if len(second) == 0 {
		return first
	}
	out := make([]string, 0, len(first)*len(second))
	for i := range len(first) * len(second) {
		f := first[i%len(first)]
		s := second[(i/len(first)+i)%len(second)]
		out = append(out, f+s)
	}
	return appendNew(nil, out)
}

// generation picks the list that a birth year belongs to.
func generation(born int) int {
	switch {
	case born < 1960:
		return 0
	case born < 1995:
		return 1
	}
	return 2
}

// forename draws a first name.
func (b *nameBook) forename(d dice, o origin, sex byte, born int) string {
	s := 0
	if sex == 'F' {
		s = 1
	}
	return b.fore[o][s][generation(born)].draw(d)
}

// surname draws a family name, in the form that men bear.
func (b *nameBook) surname(d dice, o origin) string { return b.sur[o].draw(d) }

// gendered gives the form of a surname that a woman or a man bears.
func gendered(surname string, o origin, sex byte) string {
	if o != eastEurope {
		return surname
	}
	man, woman := "ski", "ska"
	if sex == 'F' {
		if s, ok := strings.CutSuffix(surname, man); ok {
			return s + woman
		}
	} else if s, ok := strings.CutSuffix(surname, woman); ok {
		return s + man
	}
	return surname
}

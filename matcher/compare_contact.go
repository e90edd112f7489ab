package matcher

import "strings"

// comparePhones compares two telephone numbers that differ.
func comparePhones(s, t string) Level {
	switch {
	case slip(s, t) == NumberDigit && min(len(s), len(t)) >= leastID:
		return PhoneDigit
	case slip(s, t) == NumberTransposed && len(s) >= leastID:
		return PhoneTransposed
	case min(len(s), len(t)) >= 6 && (strings.HasSuffix(s, t) || strings.HasSuffix(t, s)):
		return PhoneEnd
	}
	return PhoneDiffers
}

// compareNumbers compares two numbers that differ.
func compareNumbers(s, t string) Level {
	if l := slip(s, t); l != 0 && max(len(s), len(t)) > 1 {
		return l
	}
	if x, y := number(s), number(t); x >= 0 && y >= 0 && max(x-y, y-x) == 1 {
		return NumberNear
	}
	return NumberDiffers
}

// slip says which slip of a digit makes s of t: NumberDigit, NumberTransposed or
// none, 0.
func slip(s, t string) Level {
	switch {
	case !oneEdit(s, t):
		return 0
	case len(s) == len(t) && differing(s, t) == 2:
		return NumberTransposed
	}
	return NumberDigit
}

// number reads up to nine digits; -1 for anything else.
func number(s string) int {
	if s == "" || len(s) > 9 {
		return -1
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = 10*n + int(s[i]-'0')
	}
	return n
}

// mail is an e-mail address taken apart, in capitals.
type mail struct {
	text   string
	local  int    // where the at stands
	stem   string // the letters before it
	run    string // the longest letters of it that stand together
	anyone bool   // whoever likes can have an address of the domain
	set    uint32 // the letters that occur
}

func newMail(s string) mail {
	m := mail{text: strings.ToUpper(s)}
	m.local = strings.LastIndexByte(m.text, '@')
	if m.local < 0 {
		m.local = len(m.text)
	}
	m.set = letterSet(m.text)
	var stem []byte
	begin := 0
	for i := range m.local + 1 {
		if i < m.local && m.text[i] >= 'A' && m.text[i] <= 'Z' {
			stem = append(stem, m.text[i])
			continue
		}
		if i-begin > len(m.run) {
			m.run = m.text[begin:i]
		}
		begin = i + 1
	}
	m.stem = string(stem)
	provider, _, _ := strings.Cut(m.domain(), ".")
	m.anyone = openDomains[provider] || m.domain() == ""
	return m
}

func (m *mail) domain() string { return m.text[min(m.local+1, len(m.text)):] }

// openDomains begin the domains under which anybody can have an address.
var openDomains = func() map[string]bool {
	out := make(map[string]bool)
	for _, d := range strings.Fields(`AIM AOL BLUEYONDER BT BTINTERNET BTOPENWORLD COMCAST DUCK EARTHLINK EMAIL FASTMAIL
		FREESERVE GMAIL GMX GOOGLEMAIL HEY HOTMAIL HUSHMAIL ICLOUD INBOX LAPOSTE LIBERO LIVE LYCOS MAC MAIL ME MSN
		NTLWORLD O2 ONET ORANGE OUTLOOK PLUSNET PM POSTEO PROTON PROTONMAIL QQ REDIFFMAIL ROCKETMAIL SEZNAM SKY TALKTALK
		TISCALI TUTANOTA UKR VERIZON VIRGIN VIRGINMEDIA WANADOO WEB WP YAHOO YANDEX YMAIL ZOHO 163 126`) {
		out[d] = true
	}
	return out
}()

// leastStem is the shortest name before the at that is one in common.
const leastStem = 4

// compareMails compares two addresses that differ.
func compareMails(a, b *mail) Level {
	if a.local >= leastStem && a.local == b.local && a.text[:a.local] == b.text[:b.local] {
		return EmailLocal
	}
	k := typingErrors(min(a.local, b.local))
	if max(len(a.text), len(b.text))-common(a.text, b.text, a.set, b.set) <= k && within(a.text, b.text, k) {
		return EmailClose
	}
	switch {
	case len(a.stem) >= leastStem && a.stem == b.stem,
		len(b.run) >= leastStem && strings.Contains(a.stem, b.run),
		len(a.run) >= leastStem && strings.Contains(b.stem, a.run):
		return EmailSimilar
	case !a.anyone && a.domain() == b.domain():
		return EmailDomain
	}
	return EmailDiffers
}

// typingErrors is how many slips texts of so many letters may have and be
// nearly the same.
func typingErrors(letters int) int {
	switch {
	case letters < 4:
		return 0
	case letters < 8:
		return 1
	}
	return 2
}

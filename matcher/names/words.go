package names

import "strings"

// Particle says whether a word of a name, in capital ASCII letters, is one that
// the same name is often written without or run together with: articles,
// prepositions and words for son, daughter or father of.
func Particle(word string) bool { return len(word) <= 5 && particles[word] }

// Common says whether a word, in capital ASCII letters, is a name that very many
// people bear beside another one which tells them apart, such as SINGH and KAUR
// among Sikhs, MOHAMMED among Muslims or THI among the Vietnamese: two names
// that have no more than such a word in common have nothing in common.
func Common(word string) bool { return len(word) <= 9 && common[word] }

var (
	// Romance, Germanic and Celtic languages; Arabic and Persian; Hebrew.
	particles = set(`A AF AP AV D DA DAL DAS DE DEGLI DEI DEL DELA DELLA DELLE DELLO DEN DER DES DI DO DOS DU E EN ET I
		L LA LAS LE LES LO LOS NI UA UI FERCH VERCH TE TEN TER TOT VAN VAND VANDE VD VER VOM VON VOR Y Z ZU ZUM ZUR
		AD AL AR AS AT AZ BIN BINT BINTI BINTE BNT ED EL ER ES IBN OGLU OULD UD UL UR US UZ WALAD`)
	// titles of descent and piety that stand in many names of South Asia and
	// of Muslims; religious names; Vietnamese middle names.
	common = set(`MOHAMMED MOHAMMAD MUHAMMAD MUHAMMED MOHAMED MOHAMAD MUHAMAD MOHD MD AHMED AHMAD ABDUL ABD ABDEL ABDI ALI
		SYED SYEDA SAYED SAYYED SAYYID SHAH SHAIKH SHEIKH KHAN MIAH MIA MIYA CHAUDHRY CHOUDHURY BEGUM BIBI BI KHATUN KHATOON
		AKHTAR AKHTER PARVEEN NISA SULTANA JAN GUL HAJI
		SINGH KAUR KUMAR KUMARI DEVI BAI BEN BHAI LAL RANI RAM CHAND PRASAD NATH DAS RAJ
		THI VAN MARIA MARY JOSE ANA`)
)

func set(words string) map[string]bool {
	out := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

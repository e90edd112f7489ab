package settings

// fits says from 0 to 1 how well contents agree with a role that the column's
// name speaks for. Below half they contradict it.
func (f *facts) fits(as string) float64 {
	s := &f.share
	switch as {
	case forename, middleName, surname, formerSurname, alias, anyName, fullName:
		return over(s[isLetters], 0.6) * under(s[isEmail], 0.3) * under(f.date.share, 0.3)
	case title:
		return over(s[isTitle], 0.5)
	case dateOfBirth, dateOfDeath, otherDate:
		return max(over(f.date.share, 0.4), over(f.date.serials, 0.8), 0.9*over(s[isYear], 0.7))
	case dayOfBirth:
		return over(s[upTo31], 0.8)
	case monthOfBirth:
		return max(over(s[upTo12], 0.8), over(s[isLetters]*b2f(f.distinct <= 24), 0.8))
	case yearOfBirth:
		return max(over(s[isYear], 0.6), 0.8*over(s[upTo120], 0.9))
	case age:
		return over(s[upTo120], 0.8)
	case sex:
		return max(over(s[isSex], 0.5), 0.7*b2f(f.distinct <= 6))
	case postcode:
		return max(over(s[isPostcode], 0.3), over(s[isDigits]*b2f(f.width >= 3 && f.width <= 9), 0.6), over(s[isMixed], 0.4),
			over(s[isZIP], 0.3), 0.6*b2f(f.length > 3 && f.length < 10 && s[isLetters] < 0.5))
	case addressLine, addressRest, street:
		if as == addressLine && f.distinct <= 100 && f.unique() < 0.1 && f.filled > 30 && s[isNumbered] < 0.1 && s[isStreet] < 0.1 {
			return 0.4
		}
		return under(s[isEmail], 0.2) * under(s[isDigits], 0.6) * under(f.date.share, 0.3)
	case houseNumber:
		return max(over(s[isDigits], 0.5), 0.6*under(s[isLetters], 0.5))
	case flat:
		return under(s[isLongText], 0.3)
	case town, region, country, birthPlace, occupation, organisation:
		return max(over(s[isLetters], 0.5), 0.55*under(s[isEmail], 0.1)*under(f.date.share, 0.1)*under(s[isDecimal], 0.1))
	case latitude, longitude:
		return over(s[isDecimal], 0.5)
	case point:
		return over(s[isPointText], 0.5)
	case phone:
		return max(over(s[isPhone], 0.3), over(s[isDigits]*b2f(f.width >= 6 && f.width <= 15), 0.4),
			0.7*under(s[isLetters], 0.3)*under(s[isDecimal], 0.3)*b2f(f.length >= 6))
	case email:
		return over(s[isEmail], 0.3)
	case nhsNumber, uln:
		return over(s[isDigits]+b2f(f.length > 9 && f.length < 14)*0.5, 0.4) * b2f(f.length > 6)
	case nino, upn:
		return under(s[isLetters], 0.3) * b2f(f.length > 6)
	case identifier:
		return under(s[isLongText], 0.2) * under(s[hasSpace]*s[isLetters], 0.5)
	case category:
		return max(b2f(f.distinct <= 300 && (f.unique() < 0.3 || f.filled < 30)), under(f.unique(), 0.3))
	case amount:
		return over(s[isDigits]+s[isDecimal], 0.5)
	case freeText:
		return max(over(s[isLongText], 0.1), b2f(f.length > 25))
	case RecordID, AnswerKey, anyNumber:
		return under(s[hasSpace], 0.3) * under(s[isLetters]*b2f(f.length > 3), 0.5) * under(s[isEmail], 0.2)
	}
	return 0.8
}

// over is 1 where x reaches the bar, and falls to 0 with it.
func over(x, bar float64) float64 { return min(1, x/bar) * b2f(x > bar/4) }

// under is 1 where x is no more than the bar, and falls to 0 at twice the bar.
func under(x, bar float64) float64 { return max(0, min(1, 2-x/bar)) }

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// view is what contents alone say of a column.
type view struct {
	role string
	sure float64
	why  string
}

// alone decides by contents only.
func (f *facts) alone() view {
	s := &f.share
	few := f.filled < 20
	trust := 1.0
	if few {
		trust = 0.7
	}
	checked := f.unique() > 0.3 && f.filled >= 5
	switch {
	case s[isEmail] > 0.7:
		return view{email, 0.95, "most cells have the form of an e-mail address"}
	case s[isPostcode] > 0.6:
		return view{postcode, 0.95, "most cells have the form of a UK postcode"}
	case s[isUPN] > 0.7 && checked:
		return view{upn, 0.95, "the check letters are those of unique pupil numbers"}
	case s[isNINO] > 0.7 && checked:
		return view{nino, 0.92, "most cells have the form of a National Insurance number"}
	case s[isNHS] > 0.7 && checked:
		return view{nhsNumber, 0.92, "the check digits are those of NHS numbers"}
	case s[isULN] > 0.7 && checked:
		return view{uln, 0.9, "the check digits are those of unique learner numbers"}
	case f.date.share > 0.7:
		return view{otherDate, 0.8, "most cells are dates"}
	case s[isPointText] > 0.8:
		return view{point, 0.85, "most cells are a latitude and a longitude"}
	case s[isSex] > 0.9 && f.distinct >= 2 && f.distinct <= 6 && s[isDigits] < 0.5:
		return view{sex, 0.85 * trust, "the few values are those for sex"}
	case s[isTitle] > 0.8 && f.distinct <= 25:
		return view{title, 0.85, "most cells are titles such as Mr and Mrs"}
	case s[endsInPostcode] > 0.6 && s[isLongText] < 0.5:
		return view{fullAddress, 0.85, "most cells end in a postcode, after other words"}
	case s[isPhone] > 0.7:
		return view{phone, 0.8, "most cells are written as telephone numbers are"}
	case s[isZIP] > 0.3:
		return view{postcode, 0.85, "the cells have the form of ZIP codes"}
	case s[isLongText] > 0.3:
		return view{freeText, 0.8, "the cells are sentences"}
	}
	if s[isDigits] > 0.8 || s[isDecimal] > 0.5 {
		return f.aloneNumber()
	}
	return f.aloneWords()
}

// aloneNumber decides what numbers are.
func (f *facts) aloneNumber() view {
	s := &f.share
	switch {
	case s[isLatitude] > 0.8 && f.unique() > 0.02:
		return view{latitude, 0.3, "the cells are decimal numbers in the range of degrees"}
	case s[isDecimal] > 0.3:
		return view{amount, 0.6, "the cells are decimal numbers"}
	case f.rising && f.unique() > 0.99:
		return view{RecordID, 0.8, "the numbers rise from row to row"}
	case f.dense() && f.distinct > 200 && f.unique() > 0.1:
		return view{AnswerKey, 0.6, "the numbers fill their range as numbers given to groups or rows do"}
	case s[isYear] > 0.95 && f.distinct > 5:
		return view{yearOfBirth, 0.4, "the cells are years"}
	case f.distinct <= 12:
		return view{category, 0.4, "there are few values"}
	case f.widthShare > 0.9 && f.width >= 4 && f.width <= 5 && f.unique() < 0.9:
		return view{postcode, 0.45, "most cells are numbers of as many digits as postcodes have"}
	case f.width >= 6 && f.unique() > 0.2:
		return view{identifier, 0.55, "most cells are long numbers that few rows share"}
	case s[upTo120] > 0.98:
		return view{number, 0.3, "the cells are small numbers"}
	}
	return view{number, 0.35, "the cells are whole numbers"}
}

// aloneWords decides what words are.
func (f *facts) aloneWords() view {
	s := &f.share
	streets := s[isStreet] > 0.35
	switch {
	case s[isNumbered] > 0.4 && (streets || s[isNumbered] > 0.7):
		return view{addressLine, 0.75, "most cells are a number and words, as address lines are"}
	case streets && s[isFewWords] > 0.6:
		return view{street, 0.7, "most cells end as names of streets do"}
	case s[isRegion] > 0.7 && f.distinct > 1:
		return view{region, 0.75, "most cells are states or counties"}
	case s[isCountry] > 0.7 && s[isLetters] > 0.9:
		return view{country, 0.7, "most cells are countries"}
	case s[isFirm] > 0.25:
		return view{organisation, 0.7, "many cells end as names of firms do"}
	case s[isMixed] > 0.7 && f.unique() > 0.98:
		return view{RecordID, 0.6, "every row has another code of letters and digits"}
	case s[isMixed] > 0.7 && f.unique() > 0.2:
		return view{identifier, 0.5, "few rows share a code of letters and digits"}
	case f.distinct <= 30 && f.unique() < 0.5 && max(s[forenameFirst], s[surnameLast]) < 0.4:
		return view{category, 0.5, "there are few values"}
	case s[isLetters] > 0.8 && (s[isFewWords] > 0.6 || s[hasComma] > 0.6):
		return f.aloneFullName()
	case s[isLetters] > 0.8:
		return f.aloneName()
	}
	return view{text, 0.4, "the cells are words"}
}

// aloneFullName tells full names from other words.
func (f *facts) aloneFullName() view {
	s := &f.share
	forwards := min(s[forenameFirst], s[surnameLast]+0.25)
	backwards := min(s[surnameFirstWord], s[forenameLast]+0.25)
	switch {
	case s[hasComma] > 0.6 && backwards > 0.1:
		return view{fullName, 0.75, "the cells are surname, comma, forename"}
	case forwards > 0.2, backwards > 0.3:
		return view{fullName, 0.7, "the words are known as forenames and surnames"}
	case f.length > 30:
		return view{freeText, 0.5, "the cells are many words"}
	}
	return view{text, 0.45, "the cells are a few words"}
}

// aloneName tells forenames, surnames and other single words apart.
func (f *facts) aloneName() view {
	s := &f.share
	given, family := s[forenameFirst], s[surnameLast]
	switch {
	case f.length < 2.5:
		return view{category, 0.35, "the cells are short codes"}
	case given > 0.2 && given > 1.3*family:
		return view{forename, 0.45 + given/2, "many cells are known forenames"}
	case family > 0.1 && family > 1.1*given:
		return view{surname, 0.45 + family/2, "many cells are known surnames"}
	}
	return view{text, 0.4, "the cells are words"}
}

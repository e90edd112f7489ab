package settings

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/linker/table"
)

// dweller is an invented person, dwelling an invented home; an occasion is what
// one row of an extract is about.
type dweller struct {
	forename, middle, surname, maiden, sex, title        string
	born                                                 [3]int
	ethnicity, language, nationality, job, school, urn   string
	phone, mobile, email, nhs, nino, upn, mother, mumTel string
	account, blood                                       string
	home                                                 *dwelling
}

type dwelling struct {
	number, street, town, postcode, uprn, landlord, tenure, ward, lsoa, band, east, north, lat, long, ref, family, surname string
}

type occasion struct {
	serial                int
	year, month, day      int
	kind, code, role, sum string
	officer, note, place  string
	event                 string
	hits                  string
}

// village is the people of a seed.
type village struct {
	*rand.Rand
	people []*dweller
}

var (
	villageForenames = map[string]string{
		"F": "Ann Mary Olivia Emily Grace Fatima Susan Alice Rebecca Hannah Chloe Zainab Megan Laura Priya Ewa Freya Poppy Ruth Joyce",
		"M": "Robert James Jack Thomas Peter Mohammed Daniel Samuel Oliver Harry George Yusuf Liam Adam Rahul Piotr Arthur Lewis Hugh Ian",
	}
	villageSurnames = "Smith Jones Patel Khan Brown Taylor Nowak Murphy Evans Wilson Walker Hughes Green Hall Begum Clarke Kaur Wright Moore Ali " +
		"Holloway Thistlewood Pemberton Ashdown Larkhill Mossop Quayle Trevithick Fairweather Oakenshaw"
	villageStreets = "High Street|Church Road|Mill Lane|Park Avenue|Kings Drive|Station Road|Orchard Close|Abbey View|Rose Hill|Quarry Lane"
)

func (v *village) of(list string) string {
	sep := " "
	if strings.Contains(list, "|") {
		sep = "|"
	}
	f := strings.Split(list, sep)
	return f[v.IntN(len(f))]
}

// newVillage invents homes and who lives in them.
func newVillage(seed uint64) *village {
	v := &village{Rand: rand.New(rand.NewPCG(seed, 5))}
	for i := range 160 {
		n := i + 1
		h := &dwelling{number: fmt.Sprint(1 + v.IntN(140)), street: v.of(villageStreets), town: v.of("Exeter|Plymouth|Newton Abbot|Torquay"),
			postcode: fmt.Sprintf("TQ%d %d%c%c", 1+i%13, v.IntN(10), "ABDEFGHJLN"[v.IntN(10)], "PQRSTUWXYZ"[v.IntN(10)]),
			uprn:     fmt.Sprint(100040000000 + v.IntN(9000000)), landlord: v.of("Larkhill Trust|Northcote Homes Ltd|Council|Priory Housing Association|Private"),
			tenure: v.of("secure assured ast owner"), ward: v.of("Abbey Priory Fernhill Northcote Saltby"), lsoa: fmt.Sprintf("E0102%04d", 100+i%40),
			band: v.of("A B C D E"), east: fmt.Sprint(280000 + v.IntN(20000)), north: fmt.Sprint(60000 + v.IntN(30000)),
			lat: fmt.Sprintf("50.%05d", v.IntN(99999)), long: fmt.Sprintf("-3.%05d", v.IntN(99999)), ref: fmt.Sprintf("T%06d", 500000+n*37),
			family: fmt.Sprintf("F%05d", 10000+n*13), surname: v.of(villageSurnames)}
		mother := v.dweller(h, 1960+v.IntN(30), "F")
		mother.maiden = v.of(villageSurnames)
		v.people = append(v.people, mother)
		if v.IntN(3) > 0 {
			v.people = append(v.people, v.dweller(h, 1960+v.IntN(30), "M"))
		}
		for range v.IntN(4) {
			child := v.dweller(h, 2006+v.IntN(12), v.of("F M"))
			child.mother, child.mumTel = mother.forename+" "+mother.surname, mother.mobile
			v.people = append(v.people, child)
		}
	}
	return v
}

func (v *village) dweller(h *dwelling, year int, sex string) *dweller {
	n := len(v.people)
	d := &dweller{forename: v.of(villageForenames[sex]), surname: h.surname, sex: sex, home: h, born: [3]int{year, 1 + v.IntN(12), 1 + v.IntN(28)},
		title: map[string]string{"F": "Mrs", "M": "Mr"}[sex], ethnicity: v.of("W1 W1 W1 A1 A3 B2 M1 O9"), language: v.of("ENG ENG ENG URD POL PAN"),
		nationality: v.of("British British British Polish Irish"), job: v.of("nurse|plumber|driver|teacher|clerk|cook|baker|fitter|porter|||"),
		phone: fmt.Sprintf("01%09d", v.IntN(1e9)), mobile: fmt.Sprintf("07%09d", v.IntN(1e9)), nhs: nhs(2 * v.IntN(30000)),
		nino: fmt.Sprintf("AB%06dC", v.IntN(1e6)), upn: fmt.Sprintf("H%012d", v.Int64N(1e12)), account: fmt.Sprintf("C%07d", v.IntN(1e7)),
		blood: v.of("A+ B+ O+ O- AB+")}
	if v.IntN(3) == 0 {
		d.middle = v.of(villageForenames[sex])
	}
	d.school = v.of("Kingsmere Primary School|Foxhill Academy|Parkfield School|St Hilda's|Elm Grove School|Weir Street Primary")
	d.urn = fmt.Sprint(130000 + len(d.school)*7)
	d.email = strings.ToLower(d.forename) + "." + strings.ToLower(d.surname) + fmt.Sprint(n%70) + "@example.com"
	return d
}

// slip makes the mistakes of a clerk.
func (v *village) slip(s string) string {
	b := []byte(s)
	if len(b) < 4 || v.IntN(16) > 0 {
		return s
	}
	i := 1 + v.IntN(len(b)-2)
	if v.IntN(2) == 0 {
		b[i], b[i+1] = b[i+1], b[i]
		return string(b)
	}
	return string(append(b[:i], b[i+1:]...))
}

func (v *village) occasion(serial int) occasion {
	return occasion{serial: serial, year: 2023 + v.IntN(3), month: 1 + v.IntN(12), day: 1 + v.IntN(28), kind: v.of("crime crime asb missing callout"),
		code: v.of("105A 8N 37/2 66 125 30C"), role: v.of("offender victim witness subject"), sum: fmt.Sprintf("%d.%02d", v.IntN(900), v.IntN(100)),
		officer: v.of("R. Quist|M. Dalby|P. Orme|T. Vance"), place: fmt.Sprintf("%d %s", 1+v.IntN(90), v.of(villageStreets)), event: fmt.Sprintf("HM/%05d", serial*577%211),
		hits: fmt.Sprint(v.IntN(40)), note: strings.Repeat(v.of("seen at the door|spoke of the matter|nothing further was said")+" ", 3+v.IntN(5))}
}

// facts gives the cells of a row by what they tell, and expected the role that
// a column of it should get.
var expected = map[string]string{
	"serial": RecordID, "ref": RecordID, "forename": forename, "initial": middleName, "only initial": forename, "middle": middleName, "surname": surname, "SURNAME": surname,
	"maiden": formerSurname, "full": fullName, "comma": fullName, "title": title, "iso": dateOfBirth, "british": dateOfBirth,
	"eight": dateOfBirth, "american": dateOfBirth, "year": yearOfBirth, "age": age, "sex": sex, "sex word": sex, "sex digit": sex, "postcode": postcode,
	"uprn": property, "line": addressLine, "house": houseNumber, "street": street, "town": town, "whole": fullAddress, "phone": phone, "mobile": phone,
	"email": email, "nhs": nhsNumber, "nino": nino, "upn": upn, "ethnicity": category, "language": category, "nationality": category, "job": occupation,
	"school": organisation, "lat": latitude, "long": longitude, "account": identifier, "mum": text, "blood": category, "ward": region, "note": freeText,
}

func (v *village) cell(fact string, d *dweller, o occasion) string {
	h := d.home
	date := func(format string, y, m, day int) string {
		return strings.NewReplacer("Y", fmt.Sprintf("%04d", y), "M", fmt.Sprintf("%02d", m), "D", fmt.Sprintf("%02d", day)).Replace(format)
	}
	born := func(format string) string { return date(format, d.born[0], d.born[1], d.born[2]) }
	now := func(format string) string { return date(format, o.year, o.month, o.day) }
	line := h.number + " " + h.street
	switch fact {
	case "serial":
		return fmt.Sprint(o.serial + 1)
	case "ref":
		return fmt.Sprintf("R-%05d", (o.serial*7919)%99991)
	case "forename":
		return v.slip(d.forename)
	case "initial", "only initial":
		return d.forename[:1]
	case "middle":
		return d.middle
	case "surname":
		return v.slip(d.surname)
	case "SURNAME":
		return strings.ToUpper(d.surname)
	case "maiden":
		return d.maiden
	case "full":
		return v.slip(d.forename) + " " + d.surname
	case "comma":
		return strings.ToUpper(d.surname) + ", " + d.forename
	case "title":
		return d.title
	case "iso":
		return born("Y-M-D")
	case "british":
		return born("D/M/Y")
	case "eight":
		return born("YMD")
	case "american":
		return born("M/D/Y")
	case "year":
		return fmt.Sprint(d.born[0])
	case "age":
		return fmt.Sprint(2025 - d.born[0])
	case "sex":
		return d.sex
	case "sex word":
		return map[string]string{"F": "female", "M": "male"}[d.sex]
	case "sex digit":
		return map[string]string{"F": "2", "M": "1"}[d.sex]
	case "postcode":
		return h.postcode
	case "uprn":
		return h.uprn
	case "line":
		return v.slip(line)
	case "house":
		return h.number
	case "street":
		return h.street
	case "town":
		return h.town
	case "whole":
		return line + ", " + h.town + ", " + h.postcode
	case "phone":
		return d.phone
	case "mobile":
		return d.mobile
	case "email":
		return d.email
	case "nhs":
		return d.nhs
	case "nino":
		return d.nino
	case "upn":
		return d.upn
	case "ethnicity":
		return d.ethnicity
	case "language":
		return d.language
	case "nationality":
		return d.nationality
	case "job":
		return d.job
	case "blood":
		return d.blood
	case "school":
		return d.school
	case "urn":
		return d.urn
	case "mum":
		return d.mother
	case "mum phone":
		return d.mumTel
	case "account":
		return d.account
	case "landlord":
		return h.landlord
	case "tenure":
		return h.tenure
	case "ward":
		return h.ward
	case "lsoa":
		return h.lsoa
	case "band":
		return h.band
	case "east":
		return h.east
	case "north":
		return h.north
	case "lat":
		return h.lat
	case "long":
		return h.long
	case "tenancy":
		return h.ref
	case "household":
		return h.family
	case "kind":
		return o.kind
	case "code":
		return o.code
	case "role":
		return o.role
	case "sum":
		return o.sum
	case "officer":
		return o.officer
	case "place":
		return o.place
	case "event":
		return o.event
	case "hits":
		return o.hits
	case "note":
		return o.note
	case "when":
		return now("Y-M-D")
	case "when british":
		return now("D/M/Y")
	case "stamp":
		return now("Y-M-D") + fmt.Sprintf(" %02d:%02d:%02d", o.serial%24, o.serial*7%60, o.serial*13%60)
	case "clock":
		return fmt.Sprintf("%02d:%02d", o.serial*5%24, o.serial*7%60)
	case "epoch":
		return fmt.Sprint(1690000000 + o.serial*o.serial%50000000)
	case "unique text":
		return fmt.Sprintf("case %d of %s about %s", o.serial*17, o.officer, o.place)
	case "constant":
		return "England"
	case "blank":
		return ""
	case "hash":
		return fmt.Sprintf("%x", codeOf(d.forename+d.surname))
	}
	panic("no fact " + fact)
}

// extract makes a table: columns are "header=fact", divided by commas; facts
// that begin with "other " are of somebody else in the row.
func (v *village) extract(name, columns string, rowsEach int) (t *table.Table, heads []string) {
	var facts []string
	for c := range strings.SplitSeq(columns, ",") {
		head, fact, _ := strings.Cut(c, "=")
		heads, facts = append(heads, head), append(facts, fact)
	}
	var rows []string
	for _, d := range v.people {
		for range 1 + v.IntN(rowsEach) {
			rows = append(rows, v.row(facts, d, v.occasion(len(rows))))
		}
	}
	return tabs(name, heads, rows), heads
}

func (v *village) row(facts []string, d *dweller, o occasion) string {
	other := v.people[v.IntN(len(v.people))]
	cells := make([]string, len(facts))
	for i, f := range facts {
		who := d
		if theirs, ok := strings.CutPrefix(f, "other "); ok {
			who, f = other, theirs
		}
		if cells[i] = v.cell(f, who, o); v.IntN(25) == 0 && i > 3 {
			cells[i] = ""
		}
	}
	return strings.Join(cells, "\t")
}

// TestProposeUnseenTables holds proposals to the roles that the columns of many
// invented tables have: whose a column is the rows say, whatever it is called.
func TestProposeUnseenTables(t *testing.T) {
	for i, tc := range []struct{ name, columns string }{
		{"schools, wide", "record_id=ref,forename=forename,middle_names=middle,surname=surname,dob=iso,sex=sex,address_1=line,town=town,postcode=postcode,uprn=uprn," +
			"phone=mobile,email=email,upn=upn,school_urn=urn>,school_name=school,period_start=when>,sessions_possible=hits>,sessions_authorised=hits>,marks=note," +
			"contact1_forename=other forename>,contact1_surname=other surname>,contact1_dob=other iso>,contact1_phone=other mobile>,contact1_relationship=role>"},
		{"police", "id=serial,event_ref=event>,event_type=kind>,offence_code=code>,occurred_from=when british>,role=role>,fore_name=forename,sur_name=surname,DOB=british," +
			"Gender=sex word,Home Address=line,Home Postcode=postcode,event_address_1=place>,event_postcode=other postcode>,event_uprn=other uprn>,officer=officer>,mo=note"},
		{"housing", "ref=ref,tenancy_ref=tenancy>,landlord=landlord>,tenure=tenure>,tenancy_start=when>,first=forename,last=surname,dob=iso,addr=line,pc=postcode," +
			"arrears=sum>,ward=ward,lsoa=lsoa>,ctax band=band>,weeks=hits>"},
		{"DWP", "claim=serial,benefit=kind>,spell start=when>,in work=role>,Claimant Forename=forename,Claimant Surname=SURNAME,Claimant DOB=british,NINO=nino,PostCode=postcode," +
			"Partner Forename=other forename>,Partner Surname=other SURNAME>,Partner DOB=other british>"},
		{"meaningless names", "c1=serial,c2=forename,c3=surname,c4=iso,c5=kind>,c6=postcode,c7=email,c8=line,c9=landlord>"},
		{"meaningless names, full", "v1=comma,v2=british,v3=code>,v4=mobile,v5=sum>,v6=nhs,v7=clock>"},
		{"abbreviations", "rid=serial,fn=forename,mn=middle,sn=surname,dob_yyyymmdd=eight,sx=sex,pcode=postcode,addr_ln_1=line,mob=mobile,eml=email"},
		{"French", "prenom=forename,nom=surname,nom_jeune_fille=maiden,date_naissance=british,sexe=sex,code_postal=postcode,ville=town,courriel=email,tel_portable=mobile,profession=job,date_creation=when>"},
		{"German", "Lfd. Nr.=serial,Vorname=forename,Nachname=surname,Geburtsname=maiden,Geburtsdatum=british,Geschlecht=sex,Straße=street,Hausnummer=house,PLZ=postcode,Ort=town,Staatsangehörigkeit=nationality"},
		{"Spanish", "nombre=forename,apellidos=surname,fecha_nacimiento=british,sexo=sex,direccion=line,codigo_postal=postcode,telefono=phone,correo=email,nacionalidad=nationality"},
		{"Polish", "imie=forename,nazwisko=surname,data_urodzenia=iso,plec=sex,ulica=street,nr_domu=house,miasto=town,kod_pocztowy=postcode"},
		{"Italian", "nome=forename,cognome=surname,data di nascita=british,sesso=sex,indirizzo=line,cap=postcode,citta=town,cellulare=mobile"},
		{"Portuguese", "nome=full,dt_nasc=british,sexo=sex,endereco=line,bairro=ward>" + addressRest + ",cep=postcode,nome_mae=mum"},
		{"Dutch", "voornaam=forename,achternaam=surname,geboortedatum=british,geslacht=sex,straat=street,huisnummer=house,woonplaats=town,postcode=postcode,telefoonnummer=phone"},
		{"Welsh", "Enw cyntaf=forename,Cyfenw=surname,Dyddiad geni=british,Rhyw=sex,Cyfeiriad=line,Cod post=postcode,Ffôn=phone,Ebost=email"},
		{"a clinic", "patient_id=ref,nhs_no=nhs,title=title,initials=initial,first_name=forename,last_name=surname,date_of_birth=iso,blood_group=blood,gp_name=other full>,appointment=stamp>,clinician=officer>,notes=note"},
		{"initials only", "no=serial,init=only initial,surname=surname,dob=iso,postcode=postcode"},
		{"one address in a cell", "name=full,born=british,address=whole,telephone=phone,remarks=note"},
		{"only a year", "Forename=forename,Surname=surname,YOB=year,Sex=sex,Postcode=postcode,Occupation=job"},
		{"only an age", "given=forename,family=surname,age=age,gender=sex,suburb=town,address=line"},
		{"customers", "customer_no=account,name=full,dob=iso,home phone=phone,mobile phone=mobile,e-mail=email,last login=stamp>,total spend=sum>,visits=hits>,segment=kind>,created=epoch>"},
		{"coordinates", "forename=forename,surname=surname,dob=iso,uprn=uprn,easting=east>,northing=north>,latitude=lat,longitude=long,postcode=postcode"},
		{"adult care", "person_ref=ref,known_name=full,dob=british,ethnicity=ethnicity,first_language=language,nationality=nationality,country=constant>,worker=officer>," +
			"worker_phone=other phone>,team=kind>,referral=when british>,outcome=role>,case_summary=unique text>free text,addr1=line,postcode=postcode"},
		{"electors", "elector number=serial,elector forename=forename,elector surname=surname,date of attainment=when british>,property address=line,property postcode=postcode,ward=ward,polling district=lsoa>region"},
		{"joint tenants", "ref=ref,tenant1 first name=forename,tenant1 last name=surname,tenant1 dob=iso,tenant2 first name=other forename>,tenant2 last name=other surname>,tenant2 dob=other iso>,address=line,postcode=postcode"},
		{"suffixed people", "forename_1=forename,surname_1=surname,dob_1=iso,forename_2=other forename>,surname_2=other surname>,dob_2=other iso>,postcode=postcode"},
		{"household survey", "hhid=household>,line number=serial,first name=forename,surname=surname,sex=sex digit,age=age,relationship=role>,interviewer=officer>,interview date=when>,weight=sum>"},
		{"free school meals", "Child Forename=forename,Child Surname=surname,Child DOB=british,Child UPN=upn,School=school,Parent Name=mum,Parent Phone=mum phone>" + phone + ",Parent NINO=other nino>,Decision=kind>,Decision Date=when>,Checked At=stamp>"},
		{"loaded twice", "index=serial,FORENAME=forename,SURNAME=SURNAME,BIRTH_DT=eight,SEX_CD=sex digit,load_ts=stamp>,batch=hits>,row_hash=hash>,src_system=constant>,deleted=blank>"},
		{"taxes", "account_ref=account,liable party=comma,dob=british,charge=sum>,band=band>,property_ref=uprn,prop addr=line,prop postcode=postcode,status=kind>,notice no=hits>"},
		{"a school's system", "Adno=account,Legal Surname=surname,Legal Forename=forename,Middle Name(s)=middle,DOB=british,Gender=sex,UPN=upn,Reg Group=code>,NC Year=hits>," +
			"SEN Status=role>,FSM Eligible=kind>,Ethnicity=ethnicity,First Language=language,House Number=house,Street=street,Town=town,Post Code=postcode,% Attend=sum>,Date of Admission=when>"},
		{"a sales system", "ContactID=ref,FirstName=forename,LastName=surname,Birthdate=iso,MailingStreet=line,MailingCity=town,MailingPostalCode=postcode,Email=email,Phone=phone," +
			"MobilePhone=mobile,OwnerId=officer>,LeadSource=kind>,CreatedDate=stamp>,LastModifiedDate=stamp>,IsDeleted=blank>"},
		{"custody", "custody_ref=ref,detainee_surname=SURNAME,detainee_forename=forename,detainee_dob=british,detainee_sex=sex,detainee_postcode=postcode,detainee_addr=line,arrest_time=stamp>," +
			"offence_desc=kind>,arresting_officer=officer>,solicitor_name=other full>,appropriate_adult_name=other full>,appropriate_adult_phone=other phone>,disposal=role>"},
		{"homelessness", "case_no=serial,main_applicant_first_name=forename,main_applicant_surname=surname,main_applicant_dob=iso,main_applicant_nino=nino,last_settled_address=line," +
			"last_settled_postcode=postcode,duty=role>,duty_start=when>,reason=kind>,local_connection=band>,child1_forename=other forename>,child1_surname=other surname>,child1_dob=other iso>"},
		{"a food bank", "Timestamp=stamp>,Your name=full,Your date of birth=british,Your postcode=postcode,How many in household?=hits>,Agency=officer>,Anything else?=note"},
		{"Scots", "CHI=nhs>" + identifier + ",Surname=surname,Forename=forename,Previous Surname=maiden,DoB=iso,Sex=sex digit,Postcode=postcode,GP Practice Code=band>,HB of Residence=ward>,Admission Date=when>,Specialty=code>,Consultant=officer>"},
		{"letters only", "A=SURNAME,B=forename,C=british,D=sex,E=whole,F=mobile,G=kind>,H=officer>,I=event>"},
		{"blanks and capitals", "PERSON REF NO=account>answer key,PERSON NAME=comma,D.O.B.=british,TEL NO (HOME)=phone,TEL NO (MOB)=mobile,E-MAIL ADDR=email,CURR ADDRESS=line,CURR P/CODE=postcode,PREV ADDRESS=place>,PREV P/CODE=other postcode>postcode,CASE STATUS=kind>"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := newVillage(uint64(100 + i))
			columns, want := wanted(tc.columns)
			tb, heads := v.extract("extract", columns, 4)
			s, err := Propose([]*table.Table{tb})
			if err != nil {
				t.Fatal(err)
			}
			for k, head := range heads {
				if c := s.column(tb, head); c.As != want[k] {
					t.Errorf("%s is taken for %q (%s), want %q", head, c.As, c.Why, want[k])
				}
			}
			if _, err := s.Input([]*table.Table{tb}, Dedupe, 1); err != nil {
				t.Error(err)
			}
		})
	}
}

// wanted takes the expected roles out of a description: what follows a >, else
// that of the fact.
func wanted(columns string) (plain string, want []string) {
	var out []string
	for c := range strings.SplitSeq(columns, ",") {
		c, role, said := strings.Cut(c, ">")
		_, fact, _ := strings.Cut(c, "=")
		if !said {
			role = expected[fact]
		}
		out, want = append(out, c), append(want, role)
	}
	return strings.Join(out, ","), want
}

// TestProposeSaysWhose holds the reasons to what the rows were made to show.
func TestProposeSaysWhose(t *testing.T) {
	tb, _ := newVillage(3).extract("extract", "id=serial,first name=forename,last name=surname,dob=iso,address=line,postcode=postcode,x1=lsoa,x2=officer,tenancy ref=tenancy,event ref=event,"+
		"case type=kind,co applicant first name=other forename,co applicant last name=other surname,school=school,mother name=mum,client no=account", 4)
	s, _ := proposed(t, tb)
	for name, want := range map[string]string{
		"x1": "people of one address", "x2": "differ in it", "tenancy ref": "people of one address", "event ref": "mostly of different people", "case type": "differ in it",
		"co applicant last name": "somebody else", "school": "stays with the person", "mother name": "stays with the person",
	} {
		if c := s.column(tb, name); !strings.Contains(c.Why, want) {
			t.Errorf("%s: the reason is %q, want one that says %q", name, c.Why, want)
		}
	}
	if c := s.column(tb, "mother name"); c.Shared == nil || !*c.Shared {
		t.Error("a mother's name is not taken for what families share")
	}
}

// TestWitnessesAreFoundInPartOfManyRows holds large tables to what all of their
// rows show: part of the people, whole.
func TestWitnessesAreFoundInPartOfManyRows(t *testing.T) {
	var rows []keyed
	for i := range 5 * mostWitnesses {
		rows = append(rows, keyed{mixed(uint64(i%(2*mostWitnesses) + 1)), rowAt{0, int32(i)}})
	}
	pairs := 0
	neighbours(rows, func(a, b rowAt) {
		if a.row >= b.row || (b.row-a.row)%(2*mostWitnesses) != 0 {
			t.Fatalf("rows %d and %d are brought together", a.row, b.row)
		}
		pairs++
	})
	if all := 3 * mostWitnesses; pairs < all/12 || pairs > all/3 {
		t.Errorf("%d pairs are found, want about a sixth of %d", pairs, all)
	}
}

func TestNumbersGivenOutInOrder(t *testing.T) {
	for _, tc := range []struct {
		name   string
		number func(i int) string
		want   bool
	}{
		{"in steps of seven", func(i int) string { return fmt.Sprintf("N%08d", 7*i) }, true},
		{"without letters", func(i int) string { return fmt.Sprint(100000 + i) }, true},
		{"drawn", func(i int) string { return fmt.Sprint(100000000 + i*7654321%899999999) }, false},
		{"words", func(i int) string { return "x" + strings.Repeat("y", i%7) }, false},
		{"too long to count", func(i int) string { return fmt.Sprintf("9%025d", i) }, false},
	} {
		var rows []string
		for i := range 200 {
			rows = append(rows, tc.number(i))
		}
		tb := tab("a", "number", rows...)
		g := &guess{column: &tb.Columns[0], facts: look(&tb.Columns[0], tb.Rows)}
		if got := g.inOrder(); got != tc.want {
			t.Errorf("%s: given out in order %t, want %t", tc.name, got, tc.want)
		}
	}
}

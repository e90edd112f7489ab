package settings

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hearthmatch/hearth/linker/table"
	"pgregory.net/rapid"
)

// makers invent a cell for a row: no two columns go through their values in the
// same order.
var makers map[string]func(i int) string

func init() {
	makers = map[string]func(i int) string{
		"serial": func(i int) string { return fmt.Sprint(i + 1) },
		"code":   func(i int) string { return fmt.Sprintf("R-%05d", i*7919%99991) },
		"pairs":  func(i int) string { return fmt.Sprint(i / 2) },
		"group":  func(i int) string { return fmt.Sprintf("0_%d", i*31%70) },
		"first": func(i int) string {
			return pick("Ann Robert Mary James Olivia Jack Emily Thomas Grace Peter Fatima Mohammed", i*5)
		},
		"last": func(i int) string {
			return pick("Smith Jones Patel Khan Brown Taylor Nowak Murphy Evans Wilson Walker", i*7+i/11)
		},
		"middle": func(i int) string { return pick("Ann|Lee||||Jane|", i) },
		"maiden": func(i int) string { return pick("Hill|||||Wood|", i) },
		"full":   func(i int) string { return cell("first", i) + " " + cell("last", i) },
		"comma":  func(i int) string { return strings.ToUpper(cell("last", i)) + ", " + cell("first", i) },
		"firm":   func(i int) string { return cell("last", i) + " & Sons " + pick("Ltd PLC Holdings", i) },
		"iso": func(i int) string {
			return fmt.Sprintf("%d-%02d-%02d", 1930+i*37%80, 1+i*5%12, 1+i*11%28)
		},
		"british":  func(i int) string { return fmt.Sprintf("%02d/%02d/%d", 1+i*11%28, 1+i*5%12, 1930+i*37%80) },
		"american": func(i int) string { return fmt.Sprintf("%d/%d/%d", 1+i*5%12, 1+i*11%28, 1930+i*37%80) },
		"open":     func(i int) string { return fmt.Sprintf("%02d/%02d/%d", 1+i*5%12, 1+i*7%12, 1930+i*37%80) },
		"words":    func(i int) string { return fmt.Sprintf("%d Mar %d", 1+i*11%28, 1930+i*37%80) },
		"int date": func(i int) string { return strings.ReplaceAll(cell("iso", i), "-", "") },
		"days":     func(i int) string { return fmt.Sprint(12000 + i*97%20000) },
		"recent":   func(i int) string { return fmt.Sprintf("2021-%02d-%02d", 1+i*5%12, 1+i*11%28) },
		"day":      func(i int) string { return fmt.Sprint(1 + i*11%28) },
		"month":    func(i int) string { return fmt.Sprint(1 + i*5%12) },
		"year":     func(i int) string { return fmt.Sprint(1930 + i*37%80) },
		"age":      func(i int) string { return fmt.Sprint(i * 37 % 95) },
		"sex":      func(i int) string { return pick("F M F M F M F M F M F M", i*5) },
		"sex word": func(i int) string { return pick("female male", i) },
		"title":    func(i int) string { return pick("Mr Mrs Miss Dr", i*3+i/5) },
		"uk":       func(i int) string { return fmt.Sprintf("TQ%d %d%s", 1+i%14, 1+i*3%9, pick("AB DE FG HJ", i*5)) },
		"zip":      func(i int) string { return fmt.Sprintf("%05d", 27000+i*37%900) },
		"four":     func(i int) string { return fmt.Sprint(2000 + i*137%3000) },
		"line":     func(i int) string { return fmt.Sprint(1+i*13%99) + " " + cell("street", i) },
		"street":   func(i int) string { return pick("High Street|Church Road|Mill Lane|Park Avenue|Kings Drive", i*3) },
		"house":    func(i int) string { return fmt.Sprint(1 + i*13%99) },
		"locality": func(i int) string { return pick("Rose Cottage||Elm House||", i) },
		"whole":    func(i int) string { return cell("line", i) + ", " + cell("town", i) + ", " + cell("uk", i) },
		"town":     func(i int) string { return pick("Exeter|Plymouth|Newton Abbot|Torquay|Bideford", i*2) },
		"state":    func(i int) string { return pick("nsw vic qld wa sa", i*3) },
		"us state": func(i int) string { return pick("NC VA NY OR WA", i*3) },
		"phone":    func(i int) string { return fmt.Sprintf("07%09d", i*7654321%1000000000) },
		"us phone": func(i int) string { return fmt.Sprintf("(%d) 555-%04d", 212+i%7, i*17%10000) },
		"mail":     func(i int) string { return fmt.Sprintf("%s%d@example.com", strings.ToLower(cell("last", i)), i*7%90) },
		"number":   func(i int) string { return fmt.Sprint(1000000 + i*7654321%8999999) },
		"race":     func(i int) string { return pick("W B A O", i*3) },
		"job":      func(i int) string { return pick("politician writer painter", i) },
		"blank":    func(int) string { return "" },
		"constant": func(int) string { return "2020" },
		"money":    func(i int) string { return fmt.Sprintf("%d.%02d", i*37%999, i*7%100) },
		"lat":      func(i int) string { return fmt.Sprintf("50.%05d", i*7919%99999) },
		"long":     func(i int) string { return fmt.Sprintf("-3.%05d", i*6007%99999) },
		"notes":    func(i int) string { return strings.Repeat("was seen at the door and spoke of this and that ", 1+i%2) },
		"ssn":      func(i int) string { return fmt.Sprint(6000000 + i%280*7919%999983) },
		"nhs":      nhs,
		"soundex":  func(i int) string { return pick("S530 J520 P340", i) },
	}
}

func pick(list string, i int) string {
	sep := " "
	if strings.Contains(list, "|") {
		sep = "|"
	}
	f := strings.Split(list, sep)
	return f[i%len(f)]
}

func cell(maker string, i int) string { return makers[maker](i) }

// nhs makes a number with the check digit of an NHS number.
func nhs(i int) string {
	for n := 400000000 + i/2*7919; ; n++ {
		s, sum := fmt.Sprint(n), 0
		for k := range 9 {
			sum += int(s[k]-'0') * (10 - k)
		}
		if c := (11 - sum%11) % 11; c < 10 {
			return s + fmt.Sprint(c)
		}
	}
}

// invent makes a table: columns are "header=maker", divided by commas.
func invent(name, columns string) *table.Table {
	const rows = 300
	var heads []string
	lines := make([][]string, rows)
	for c := range strings.SplitSeq(columns, ",") {
		head, maker, _ := strings.Cut(c, "=")
		heads = append(heads, head)
		for i := range rows {
			lines[i] = append(lines[i], cell(maker, i))
		}
	}
	joined := make([]string, rows)
	for i := range lines {
		joined[i] = strings.Join(lines[i], "\t")
	}
	return tabs(name, heads, joined)
}

func tabs(name string, heads, rows []string) *table.Table {
	for i := range rows {
		rows[i] = strings.ReplaceAll(strings.ReplaceAll(rows[i], "|", "/"), "\t", "|")
	}
	return tab(name, strings.Join(heads, "|"), rows...)
}

func proposed(t *testing.T, tables ...*table.Table) (*Settings, string) {
	t.Helper()
	s, err := Propose(tables)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range s.Columns {
		role := c.As
		if c.Table != "" {
			role += "@" + c.Table
		}
		if c.Why == "" {
			t.Errorf("column %q has no why", c.Name)
		}
		out = append(out, c.Name+"="+role)
	}
	return s, strings.Join(out, ",")
}

func TestPropose(t *testing.T) {
	for _, tc := range []struct{ name, columns, want string }{
		{"the generator of Febrl", "rec_id=code,given_name=first,surname=last,street_number=house,address_1=street,address_2=locality," +
			"suburb=town,postcode=four,state=state,date_of_birth=int date,soc_sec_id=ssn",
			"rec_id=record id,given_name=forename,surname=surname,street_number=house number,address_1=street,address_2=address line 2," +
				"suburb=town,postcode=postcode,state=region,date_of_birth=date of birth,soc_sec_id=identifier"},
		{"historical people", "unique_id=code,full_name=full,first_and_surname=full,first_name=first,surname=last,dob=iso,birth_place=town," +
			"postcode_fake=uk,gender=sex word,occupation=job,cluster=pairs",
			"unique_id=record id,full_name=,first_and_surname=,first_name=forename,surname=surname,dob=date of birth,birth_place=birth place," +
				"postcode_fake=postcode,gender=sex,occupation=occupation,cluster=answer key"},
		{"short names", "id=serial,fname=first,mname=middle,lname=last,maiden=maiden,bday=british,tel=phone,mobile=phone,mail=mail",
			"id=record id,fname=forename,mname=middle name,lname=surname,maiden=former surname,bday=date of birth,tel=phone,mobile=,mail=email"},
		{"first and last", "first=first,last=last,born=words,zip=zip,city=town,state=us state",
			"first=forename,last=surname,born=date of birth,zip=postcode,city=town,state=region"},
		{"name beside surname", "sname=last,name=first,birth_date=iso,sex=sex", "sname=surname,name=forename,birth_date=date of birth,sex=sex"},
		{"name beside forename", "forenames=first,name=last,dob=iso", "forenames=forename,name=surname,dob=date of birth"},
		{"name alone", "id=serial,name=full,dob=iso,address=whole", "id=record id,name=full name,dob=date of birth,address=full address"},
		{"pupils", "Pupil Name=comma,DOB=british,Gender=sex,NHS Number=nhs,School=firm,Mother Name=full,GP Name=full,Date Registered=recent",
			"Pupil Name=full name,DOB=date of birth,Gender=sex,NHS Number=nhs number,School=organisation,Mother Name=text,GP Name=,Date Registered="},
		{"firms", "id=serial,name=firm,address_line_1=line,post_town=town,postcode=uk,phone=phone",
			"id=record id,name=organisation,address_line_1=address line,post_town=town,postcode=postcode,phone=phone"},
		{"transactions", "ground_truth=pairs,memo=code,transaction_date=recent,amount=money,unique_id=serial",
			"ground_truth=answer key,memo=text,transaction_date=other date,amount=amount,unique_id=record id"},
		{"dates in three columns", "fname_c1=first,lname_c1=last,by=year,bm=month,bd=day",
			"fname_c1=forename,lname_c1=surname,by=year of birth,bm=month of birth,bd=day of birth"},
		{"other languages", "Nachname=last,Vorname=first,Geburtsdatum=british,Geschlecht=sex,PLZ=zip,Ort=town,Straße=street,Hausnr=house",
			"Nachname=surname,Vorname=forename,Geburtsdatum=date of birth,Geschlecht=sex,PLZ=postcode,Ort=town,Straße=street,Hausnr=house number"},
		{"romance languages", "Prénom=first,Nom=last,date de naissance=british,apellido materno=maiden,ville=town,courriel=mail",
			"Prénom=forename,Nom=surname,date de naissance=date of birth,apellido materno=surname,ville=town,courriel=email"},
		{"names that say nothing", "c1=serial,c2=first,c3=last,c4=iso,c5=sex,c6=uk,c7=phone,c8=mail,c9=line,c10=nhs,c11=recent",
			"c1=record id,c2=forename,c3=surname,c4=date of birth,c5=sex,c6=postcode,c7=phone,c8=email,c9=address line,c10=nhs number,c11="},
		{"a voters' roll", "voter_reg_num=code,last_name=last,first_name=first,midl_name=middle,age=age,sex_code=sex,race_code=race,house_num=house," +
			"street_name=street,res_city_desc=town,state_cd=us state,zip_code=zip,full_phone_num=us phone,registr_dt=recent,birth_year=year",
			"voter_reg_num=record id,last_name=surname,first_name=forename,midl_name=middle name,age=,sex_code=sex,race_code=category," +
				"house_num=house number,street_name=street,res_city_desc=town,state_cd=region,zip_code=postcode,full_phone_num=phone,registr_dt=," +
				"birth_year=year of birth"},
		{"made for an exercise", "simulant_id=group,household_id=group,first_name=first,last_name=last,date_of_birth=american,zipcode=zip,year=constant," +
			"surname_soundex=soundex,blank=blank,notes=notes",
			"simulant_id=answer key,household_id=,first_name=forename,last_name=surname,date_of_birth=date of birth,zipcode=postcode,year=," +
				"surname_soundex=,blank=,notes=free text"},
		{"places", "person name=full,lat=lat,lon=long,title=title", "person name=full name,lat=latitude,lon=longitude,title=title"},
		{"spreadsheet's days", "first name=first,family name=last,date of birth=days", "first name=forename,family name=surname,date of birth=date of birth"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, got := proposed(t, invent("a", tc.columns))
			if d := cmp.Diff(strings.Split(tc.want, ","), strings.Split(got, ",")); d != "" {
				t.Error(d)
			}
			if _, err := s.Input([]*table.Table{invent("a", tc.columns)}, Dedupe, 1); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestProposeReadsDatesAsTheColumnDoes(t *testing.T) {
	for _, tc := range []struct{ columns, format, note string }{
		{"dob=british,fname=first", dayFirst, ""}, {"dob=american,fname=first", monthFirst, ""}, {"dob=iso,fname=first", "", ""},
		{"dob=open,fname=first", dayFirst, "nothing tells day and month apart"},
		{"dob=open,fname=first,state=us state", monthFirst, "nothing tells day and month apart"},
		{"dob=days,fname=first", serialDays, ""},
	} {
		s, _ := proposed(t, invent("a", tc.columns))
		if s.Columns[0].Format != tc.format {
			t.Errorf("%s is read with the format %q, want %q", tc.columns, s.Columns[0].Format, tc.format)
		}
		if tc.note != "" && !strings.Contains(strings.Join(s.Notes, ";"), tc.note) {
			t.Errorf("%s: notes %q lack %q", tc.columns, s.Notes, tc.note)
		}
	}
}

func TestProposeTakesSpikesForNothing(t *testing.T) {
	a := invent("a", "fname=first,dob=iso,phone=phone,nhs=nhs")
	for i := range a.Columns[1:] {
		c := &a.Columns[i+1]
		c.Values = append(c.Values, []string{"1900-01-01", "01234 567890", "4000000004"}[i])
		for row := range 40 {
			c.Cells[row*7] = uint32(len(c.Values) - 1)
		}
	}
	s, _ := proposed(t, a)
	for i, want := range []string{"", "1900-01-01", "01234 567890", "4000000004"} {
		if got := strings.Join(s.Columns[i].Missing, ","); got != want {
			t.Errorf("column %s: %q is taken for nothing, want %q", s.Columns[i].Name, got, want)
		}
	}
	for _, p := range s.Profiles([]*table.Table{a}) {
		if text := strings.Join(p.Remarks, ";"); strings.Contains(text, "1900") || p.Column != "fname" && !strings.Contains(text, "far too many rows") {
			t.Errorf("column %s: remarks %q", p.Column, text)
		}
	}
}

func TestProposeForSeveralTables(t *testing.T) {
	a := invent("a", "id=serial,first_name=first,surname=last,dob=iso,postcode=uk")
	b := invent("b", "ref=code,fname=first,surname=last,date of birth=british,email=mail")
	s, got := proposed(t, a, b)
	want := "id=record id,first_name=forename,surname=surname,dob=date of birth,postcode=postcode,ref=record id,fname=forename," +
		"date of birth=date of birth,email=email"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if s.IDColumn(a).Name != "id" || s.IDColumn(b).Name != "ref" {
		t.Error("the tables' record ids are not found")
	}
	if !slices.Contains(s.Notes, `only 1 of 2 tables have a column of role "email"`) {
		t.Errorf("notes %q do not say what only one table has", s.Notes)
	}
	_, got = proposed(t, invent("a", "name=first,surname=last,dob=iso"), invent("b", "name=full,dob=iso"))
	if want := "name=forename,surname=surname,dob=date of birth,name=full name@b"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestProposeLeavesOutWhatCannotBeCompared(t *testing.T) {
	a, _ := newVillage(7).extract("a", "ethnicity=ethnicity,language=language,nationality=nationality,blood group=blood,occupation=job,school=school,"+
		"first=forename,last=surname,dob=iso,sex=sex,postcode=postcode,address=line,town=town,county=ward,phone=mobile,email=email,nino=nino,upn=upn,nhs=nhs,account no=account", 3)
	s, _ := proposed(t, a)
	fields, err := s.fields([]*table.Table{a})
	if err != nil || len(fields) != maxFields {
		t.Fatalf("%d fields are compared (%v), want %d", len(fields), err, maxFields)
	}
	var kept []string
	for _, f := range fields {
		kept = append(kept, f.name)
	}
	for _, name := range []string{forename, surname, dateOfBirth, sex, postcode, addressLine, phone, email, nino, upn, nhsNumber} {
		if !slices.Contains(kept, name) {
			t.Errorf("%s is left out for %q", name, kept)
		}
	}
	if n := len(s.Notes); n == 0 || !strings.Contains(s.Notes[n-1], "blood group") {
		t.Errorf("notes %q do not say what is left out", s.Notes)
	}
}

func TestProposeRefuses(t *testing.T) {
	for _, tables := range [][]*table.Table{nil, {tab("a", "x|y", "|", "|")}, {{Name: "empty"}}} {
		if s, err := Propose(tables); err == nil {
			t.Errorf("Propose proposes %+v for nothing", s.Columns)
		}
	}
	if _, err := Propose([]*table.Table{tab("a", "first name|surname", "Ann|Hill")}); err != nil {
		t.Errorf("one row: %v", err)
	}
}

// TestReuse takes a model's settings to a table whose rows are named otherwise,
// and refuses one that lacks what is compared.
func TestReuse(t *testing.T) {
	s, _ := proposed(t, invent("a", "rec_id=code,fname=first,surname=last,dob=iso,notes=notes"))
	b := invent("b", "number=serial,fname=first,surname=last,dob=iso")
	got, err := s.Reuse([]*table.Table{b})
	if err != nil {
		t.Fatal(err)
	}
	if id := got.IDColumn(b); id == nil || id.Name != "number" {
		t.Errorf("rows are named by %v, want the column number", id)
	}
	if _, err := got.Input([]*table.Table{b}, Dedupe, 1); err != nil {
		t.Error(err)
	}
	if _, err := s.Reuse([]*table.Table{invent("c", "fname=first,dob=iso")}); err == nil || !strings.Contains(err.Error(), `"surname"`) {
		t.Errorf("a table without surnames: error %v, want one that names the column", err)
	}
}

// TestProposeForRowsThatAreAllTheSame keeps columns of one value where there is
// nothing else: rows wholly equal are one person's, and no error.
func TestProposeForRowsThatAreAllTheSame(t *testing.T) {
	s, got := proposed(t, tab("a", "first name|surname|dob", "Ann|Hill|1990-01-02", "Ann|Hill|1990-01-02", "Ann|Hill|1990-01-02"))
	if want := "first name=forename,surname=surname,dob=date of birth"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !strings.Contains(strings.Join(s.Notes, ";"), "same value in all rows") {
		t.Errorf("notes %q do not say that nothing differs", s.Notes)
	}
	_, got = proposed(t, tab("a", "first name|surname|dob", "Ann|Hill|1990-01-02", "Bob|Hill|1990-01-02", "Ann|Hill|1990-01-02"))
	if want := "first name=forename,surname=,dob="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestProposeTakesAnything draws tables of odd cells: there is a proposal that
// can be used, or a refusal, and both twice alike.
func TestProposeTakesAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		heads := rapid.SliceOfNDistinct(rapid.OneOf(rapid.SampledFrom([]string{"name", "id", "dob", "address", "postcode", "phone", "title", "day", "sex"}),
			rapid.StringMatching(`[a-zé_ 0-9]{0,8}`)), 1, 6, func(s string) string { return s }).Draw(t, "heads")
		odd := rapid.OneOf(rapid.StringMatching(`[ -{}~]{0,12}`), rapid.SampledFrom([]string{"Ann", "1990-01-01", "0", "TQ13 8DF", "12", "Ø", "王", "a@b.c", "1.5"}))
		var rows []string
		for range rapid.IntRange(0, 20).Draw(t, "rows") {
			var row []string
			for range heads {
				row = append(row, strings.TrimSpace(odd.Draw(t, "cell")))
			}
			rows = append(rows, strings.Join(row, "\t"))
		}
		tb := tabs("t", heads, rows)
		s, err := Propose([]*table.Table{tb})
		if err != nil {
			return
		}
		if _, err := s.Input([]*table.Table{tb}, Dedupe, 2); err != nil {
			t.Fatalf("the proposal cannot be used: %v", err)
		}
		again, _ := Propose([]*table.Table{tb})
		if d := cmp.Diff(s, again); d != "" {
			t.Fatal(d)
		}
	})
}

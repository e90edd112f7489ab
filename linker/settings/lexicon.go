package settings

import (
	"slices"
	"strings"
)

// anyName is what "name" in a header says: which kind of name the contents and
// the other columns decide.
const anyName = "name"

// anyNumber is what "id" or "number" in a header says beside a word that is not
// known: a record's own number, a person's or a group's.
const anyNumber = "some number"

// headers are the words for each role in column names, spelled in small letters
// without signs: in English and, for the commonest, in the languages of western
// Europe, Polish and Welsh.
var headers = lexicon(map[string]string{
	forename: "first name,firstname,given name,givenname,given names,forename,forenames,fname,f name,first,given,first names," +
		"christian name,gname,name first,prenom,prenoms,vorname,vornamen,primer nombre,voornaam,voornamen,imie,imiona," +
		"fornamn,fornavn,etunimi,enw cyntaf,fore name,firstnames,preferred first name,forname,nombres,nombre de pila,name1," +
		"fname c1,primeiro nome",
	middleName: "middle name,middlename,middle names,mname,middle,middle initial,mi,minit,midl name,midl,middle nm,second name,second forename," +
		"other names,other forenames,mn,init,inits,first initial,forename initial,initials,initial,fname c2,midname,middle init,segundo nombre,deuxieme prenom,drugie imie",
	surname: "surname,last name,lastname,family name,familyname,lname,l name,sname,last,family,name last,secondname,nom de famille," +
		"nachname,familienname,apellido,apellidos,primer apellido,sobrenome,apelido,cognome,achternaam,nazwisko,efternamn," +
		"etternavn,efternavn,sukunimi,cyfenw,surnames,sur name,name2,nom famille,lname c1,current surname",
	formerSurname: "maiden name,maiden,maiden surname,former surname,previous surname,birth name,birth surname,surname at birth," +
		"nee,old surname,other surname,previous last name,former last name,former name,previous name,geburtsname,nom de jeune fille," +
		"nom de naissance,nom jeune fille,nom naissance,geboortenaam,segundo apellido,nazwisko panienskie,nazwisko rodowe,lname c2,second surname,prev surname",
	alias: "alias,aliases,aka,known as,also known as,nickname,nick name,preferred name,other name,pref name,nick,usual name,alt name",
	fullName: "full name,fullname,person name,name full,customer name,client name,patient name,pupil name,student name,child name," +
		"applicant name,tenant name,claimant name,member name,name of person,nom complet,nombre completo,nome completo," +
		"nom et prenom,nom prenom,name and surname,complete name,display name,nombre y apellidos,names,first and surname," +
		"resident name,employee name,contact name,owner name",
	anyName: "name,nom,nome,nombre,naam,namn,navn,enw",
	title:   "title,salutation,honorific,name prefix,prefix,name title,anrede,civilite,mr mrs",
	dateOfBirth: "date of birth,dob,d o b,birth date,birthdate,bday,b day,birthday,born,birth dt,dateofbirth,born on,date birth,brth dt," +
		"date de naissance,naissance,geburtsdatum,geburtstag,geb datum,fecha de nacimiento,fecha nacimiento,nacimiento," +
		"data de nascimento,data nascimento,dt nasc,dt nascimento,data di nascita,geboortedatum,data urodzenia,fodelsedatum," +
		"fodselsdato,dyddiad geni,birth,bdate,dateborn,fechanac,fec nac,dob date",
	dayOfBirth:   "birth day of month,day of birth,dob day,dob d,bd,bday day,birth d,dobd,dob dd,day birth,day,birthday day",
	monthOfBirth: "birth month,month of birth,dob month,dob m,bm,dobm,dob mm,birth mon,month birth,month,mob",
	yearOfBirth: "birth year,year of birth,yob,dob year,dob y,by,birthyear,year birth,doby,dob yyyy,year born,jahrgang,geburtsjahr," +
		"annee de naissance,ano de nascimento,rok urodzenia,geboortejaar,byear,birth yr",
	age: "age,age years,current age,age at,alter,edad,idade,eta,leeftijd,wiek,age yrs,agey",
	dateOfDeath: "date of death,dod,death date,deathdate,died,died on,deceased date,date deceased,death,sterbedatum,date de deces," +
		"fecha de defuncion",
	sex: "sex,gender,sexe,sexo,sesso,geschlecht,geslacht,plec,kon,kjonn,rhyw,m f,sex code,gender code,gender identity,birth sex," +
		"sex at birth,genero,genre",
	postcode: "postcode,post code,postal code,zip,zip code,zipcode,pcode,pc,postalcode,pcd,zip 5,zip5,zip postal,plz,postleitzahl," +
		"code postal,codigo postal,cep,cap,kod pocztowy,postnummer,postnr,cod post,postnumber,zip 4,eircode,pincode,pin code,pstcd,pcds",
	property: "uprn,property number ref,property id,dwelling id,address id,property ref,property reference,addressid,toid,gnaf,gnaf pid",
	addressLine: "address,address line,address line 1,addressline 1,address 1,address1,addr,addr 1,addr1,addressline1,street address," +
		"home address,full address,postal address,mailing address,adresse,direccion,endereco,indirizzo,adres,adress,cyfeiriad," +
		"line 1,line1,residential address,residence,residence address,add1,add 1,mail addr 1,mail addr1,res street address,domicilio",
	addressRest: "address 2,address2,address line 2,addressline 2,addr 2,addr2,addressline2,line 2,line2,address 3,address3," +
		"address line 3,locality,building,building name,house name,property name,add2,add 2,addr3,line 3,line3,bairro,complement," +
		"mail addr 2,mail addr2,dependent locality",
	flat: "flat,unit,apartment,apt,unit number,flat number,apt number,suite,unit no,sub building,saon,flat no,apartment number,unit type",
	houseNumber: "house number,street number,house no,street no,number street,building number,hausnummer,huisnummer,housenumber," +
		"streetnumber,house,house num,street num,paon,st no,door number,numero,nr domu,civic number,stnum,hse no,house nbr,numer domu,hausnr",
	street: "street,street name,streetname,road,strasse,rue,calle,rua,via,straat,ulica,gata,stryd,thoroughfare,st name,stname," +
		"road name,logradouro",
	town: "town,city,suburb,village,post town,posttown,municipality,ville,stadt,ort,wohnort,ciudad,cidade,citta,woonplaats,plaats," +
		"miasto,stad,tref,city name,town city,municipio,commune,comune,town name,localidad,miejscowosc,gemeinde,borough,res city,kommune",
	region: "state,county,province,region,state code,prov,departement,department region,bundesland,provincia,estado,provincie," +
		"wojewodztwo,uf,local authority,la name,district,state cd,council,ward,res state,parish,state name",
	country:  "country,country code,nation,pays,land,pais,paese,kraj,country of residence,ctry",
	latitude: "latitude,lat", longitude: "longitude,long,lon,lng",
	point: "lat long,latlong,latlon,lat lon,coordinates,location point,geo,geopoint,lat lng,coords",
	birthPlace: "birth place,birthplace,place of birth,pob,town of birth,birth town,city of birth,birth city,country of birth," +
		"birth country,lieu de naissance,geburtsort,lugar de nacimiento,luogo di nascita,geboorteplaats,miejsce urodzenia,born in," +
		"naturalidade,municipio nascimento,birth state,state of birth,cob,birth parish,birth county",
	phone: "phone,telephone,tel,mobile,phone number,telephone number,mobile number,mobile phone,cell,cell phone,cellphone,phone no," +
		"tel no,mob,home phone,work phone,landline,phonenumber,mobile no,contact number,tel number,telefon,telefono,telefone," +
		"telefoon,handy,portable,movil,celular,ffon,phone 1,phone1,phone num,full phone num,full phone number,fax,msisdn,contact no,tel1,gsm",
	email: "email,e mail,mail,email address,e mail address,emailaddress,courriel,correo,correo electronico,ebost,email addr,mail address," +
		"contact email,email id",
	nhsNumber: "nhs number,nhs no,nhs,nhsnumber,nhs num,nhsno,nhs id,newnhsno,nhs nbr",
	nino:      "nino,national insurance number,ni number,ni no,national insurance,ni num,nat ins no,national insurance no",
	upn:       "upn,unique pupil number,pupil upn",
	uln:       "uln,unique learner number",
	identifier: "ssn,social security number,soc sec id,soc sec,social security,socsec,soc sec no,tax id,tin,passport,passport number," +
		"passport no,driver license,driving licence,licence number,license number,driver licence,national id,nationalid,id card," +
		"cpf,pesel,dni,nie,curp,nif,codice fiscale,personnummer,bsn,pps,ppsn,pps number,medicare,medicare number,aadhaar,aadhar," +
		"customer number,customer no,account number,account no,member number,membership number,employee number,employee no,staff number," +
		"patient number,hospital number,mrn,medical record number,policy number,voter reg num,voter id,ncid,pnc id,pnc,pnc number,cro,cro number," +
		"student number,pupil number,nominal id,credit card number,card number,iban,insurance number,health card,health number," +
		"vat number,company number,registration number,isbn,issn,ean,gtin,sku,doi,upc,imei,dl num,chi number,chi,nomis,nomis id,ucas," +
		"service number,company registration number,lei,duns,cnpj,siren,siret,sus,cns,drivers license num,modelno,model number,taxpayer id",
	organisation: "company,company name,organisation,organization,org,org name,organisation name,business name,business,employer,employer name," +
		"firm,trading name,manufacturer,brand,vendor,supplier,publisher,firma,entreprise,empresa,azienda,bedrijf,venue,journal,merchant," +
		"legal name,registered name,school,school name,artist,institution,corporation",
	occupation: "occupation,job,job title,profession,trade,beruf,metier,profession code,ocupacion,position,occ",
	category: "suffix,name suffix,name sufx,generation,gen suffix,ethnicity,ethnic,ethnic group,ethnic code,ethnic origin,race,religion,nationality,nationalite,nacionalidad,nacionalidade,nazionalita,nationaliteit,staatsangehorigkeit,staatsburgerschaft,obywatelstwo,narodowosc,langue,idioma,muttersprache,language,first language,marital status," +
		"marital,civil status,citizenship,race ethnicity,mother tongue,race code,ethnic group code,blood group,blood type,education,hair colour," +
		"eye colour,eye color,party,political party,race cd,hair color,disability,religious affiliation",
	text: "product name,description short,song,album,author,authors,subject,headline,product",
	otherDate: "date,created,created at,updated,updated at,modified,timestamp,time,datetime,admission date,visit date,event date,start date,end date," +
		"start,end,date from,date to,from,to,registered,registration date,register date,registr dt,entry date,transaction date,order date," +
		"snapshot date,as at,last seen,first seen,date added,date created,date updated,date of admission,date of discharge,discharge date," +
		"appointment date,valid from,valid to,referral date,effective date,date of visit,download month,marriage date,date of marriage,load date," +
		"insert date,updated on,created on,release date,last updated,last login,join date,hire date,tenancy start,tenancy end",
	amount: "amount,price,cost,value,balance,income,salary,total,sum,weight,height,bmi,score,quantity,qty,rent,arrears,fee,rate,percent," +
		"percentage,income normal,blood pressure,rating,points,revenue,turnover,duration,arrears amount,spend,probability,prob,latency,length",
	freeText: "notes,note,comments,comment,description,remarks,memo,narrative,free text,details,summary,abstract,observations,body,message",
	RecordID: "record id,rec id,recid,recordid,unique id,uniqueid,id,uid,uuid,guid,row id,rowid,row,row number,rownum,row num,index,idx,serial," +
		"serial number,sequence,seq,record number,record no,rec no,recno,pk,primary key,line number,line no,key,id number,record ref,source id," +
		"src id,unique ref,unique reference,ref,reference,reference number,ref no,urn,identifier,record,no,nr,lfd nr,rownumber,case id,object id,oid,tid,unnamed",
	AnswerKey: "cluster,cluster id,clusterid,entity id,entityid,entity,person id,personid,match id,matchid,label,truth,true id,group id,groupid," +
		"true cluster,ground truth,groundtruth,true match,is match,ismatch,match,gold,gold id,duplicate of,dup of,dupe of,duplicate id,dup id,duplicate,is duplicate," +
		"master id,masterid,golden id,simulant id,cluster label,component,component id,pers id,true entity,truth id,real id,canonical id," +
		"entity key,match group,match key,true person id,answer,class label,target,linked id,link id,resolved id,person key,pid,cid,ctid,identity id,unique person id,true id person,original id,orig id",
	anyNumber: "household id,family id,household,hh id,hhid,family number,household number,dwelling",
})

// word is an entry of the lexicon: the role that a phrase speaks for.
type word struct {
	phrase, role string
	length       int // in words
}

// lexicon indexes phrases by their first word, longer ones first.
func lexicon(phrases map[string]string) map[string][]word {
	m := map[string][]word{}
	for role, list := range phrases {
		for p := range strings.SplitSeq(list, ",") {
			f := strings.Fields(p)
			m[f[0]] = append(m[f[0]], word{p, role, len(f)})
		}
	}
	for _, w := range m {
		slices.SortFunc(w, func(a, b word) int {
			if a.length != b.length {
				return b.length - a.length
			}
			return strings.Compare(a.phrase+a.role, b.phrase+b.role)
		})
	}
	return m
}

// plain are words of column names that say nothing of the role.
var plain = set("clean cleaned std standardised standardized norm normalised fake raw txt text str string cd code codes value val c1 c2 l r a b " +
	"x y person persons patient pupil student child client customer member applicant tenant claimant subject voter employee resident " +
	"citizen user contact home current primary main my the of field col column orig original input new latest full usual registered self " +
	"res residence residential mailing mail p dt dm cust pers data src source legal preferred in at no num 1 2 3 01 1st nominal individual " +
	"permanent present s his her their known official birth")

// others are words that make a column one of somebody else.
var others = set("mother mothers mum mums father fathers dad dads parent parents guardian spouse spouses partner partners husband wife kin nok emergency " +
	"carer gp doctor dr practitioner teacher school schools employer manager agent mae pai madre padre mere pere mutter vater sibling brother sister " +
	"worker officer landlord event incident referrer next relative household head hoh ref delivery billing shipping shop store witness informant")

// households are those of them who live in one household with the person.
var households = set("mother mothers mum mums father fathers dad dads parent parents guardian spouse spouses partner partners husband wife carer " +
	"madre padre mae pai mere pere mutter vater household head hoh billing")

// hint is what a column's name says.
type hint struct {
	role     string
	strength float64 // 0 to 1
	other    string  // whose it is, where not the person's own
	// before and after are the words around the phrase that was known.
	before, after string
}

// hintOf reads a column's name: the longest known phrase in it counts, less so
// the more words beside it are not understood.
func hintOf(name string) hint {
	f := headerWords(name)
	best, at := word{}, -1
	for i, w := range f {
		for _, p := range headers[w] {
			if p.length > best.length && i+p.length <= len(f) && strings.Join(f[i:i+p.length], " ") == p.phrase {
				best, at = p, i
				break
			}
		}
		if solid := strings.TrimRight(w, "0123456789"); at < 0 && solid != w && solid != "" {
			for _, p := range headers[solid] {
				if p.phrase == solid && !plain[w] {
					best, at = word{p.phrase, p.role, 1}, i
				}
			}
		}
	}
	if at < 0 {
		return hint{other: firstOther(f)}
	}
	h := hint{role: best.role, strength: 1, before: strings.Join(f[:at], " "), after: strings.Join(f[at+best.length:], " ")}
	for i, w := range f {
		switch {
		case i >= at && i < at+best.length, plain[w], digits(w):
		case others[w]:
			h.other = w
		default:
			h.strength *= 0.75
		}
	}
	if h.strength < 0.5 && best.length == 1 {
		h.strength *= 0.7
	}
	return h
}

// firstOther is the first word that says whose a column is, "" for none.
func firstOther(f []string) string {
	for _, w := range f {
		if others[w] {
			return w
		}
	}
	return ""
}

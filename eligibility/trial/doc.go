// Package trial runs a framework against cases written as text: fictional
// families with their rows, and what each is to score. The same tables are run
// by go test and by `hearth framework test`, so that who writes a framework can
// prove it without writing Go. A framework's cases stand beside its file:
// council.yaml and council.cases.txt.
//
// It decides whether a case's wants hold and which criteria no case tries. It
// never judges evidence itself: what a family scores is package eligibility's
// answer. It is pure: it reads bytes that the caller read, and no file.
//
// # How a case is written
//
// A case begins at the left edge with its name; its steps follow, one on each
// indented line, or on one line between bars. Lines that begin with "+" hold the
// steps with which every case after them begins, up to the next such lines, which
// begin a section anew. "#" at the left edge is a comment.
//
//	# council.cases.txt
//	+ as-at 2025-09-30
//	+ member P1 adult 1985-01-01
//	+ member P2 child 2012-05-05
//
//	15.00 % of the sessions is enough
//	  attendance P2 period_start=2025-01-06 period_end=2025-04-04 sessions_possible=100 sessions_unauthorised=15
//	  want p1.unauth15 met P2
//	14.99 % is not | attendance P2 … | want p1.unauth15 not_met
//
// The steps that set a family up:
//
//	framework ID                       another than the one that the file stands beside
//	as-at DATE                         the day scored at; 2025-09-30 if not said
//	member P1 ROLE [DOB] [KEY=DATE…]   ROLE is adult, child, non_resident_parent or associate;
//	                                   KEY is from, to, deceased (of the membership) or died
//	FEED P1 COLUMN=VALUE…              a row about P1 of attendance, police, housing, benefits or
//	                                   involvement; delivered=DATE is the day its delivery
//	                                   describes (as-at if not said), part=contact1 makes P1 the
//	                                   row's first contact, agency=NAME names who sent it; times=N delivers
//	                                   it N times, each an event of its own. A value
//	                                   with blanks stands in double quotes.
//	nothing-delivered FEED             nobody ever sent the feed
//	partly-delivered FEED              some organisations of the area send it
//	delivered-since FEED DATE          all of them send it, and nothing from before the day
//	school URN contributes=Y|N         a line of the schools file
//	nomination ID,ID [KEY=VALUE…]      a professional's word for criteria or headlines; KEY is day
//	                                   (as-at if not said), agency, persons (P1,P2) or framework
//
// Feeds are otherwise delivered, complete for the area and from the beginning.
// The steps that say what is wanted:
//
//	family yes|no                      whether the household is a family of the framework
//	want ID STATUS [P1,P2] [KEY=VALUE…]  of a criterion or headline: met, not_met or unknown, whose
//	                                   it is, and evidence=ROWS, nominations=NUMBER,
//	                                   window=DATE..DATE, freshest=DATE
//	eligible yes|no
//	one-short yes|no                   whether one more headline would make the family eligible
//	unknown-tips yes|no                whether it would be eligible if what is unknown were met
//	reason TEXT                        words that the reason for the eligibility holds
//	says ID TEXT                       words that the reason of a criterion holds
//
// A case may be one that is worked with. What sets it up, and what may be wanted
// of its outcomes:
//
//	attached DATE, closed DATE         when the work began and ended
//	entry p1.unauth15 p1.oow           its needs: criteria, or headlines
//	confirmed 5.1 2025-04-02           a professional's word that a need is met since a day
//	left P3 2010-05-05                 somebody of the family at entry who is no member any more
//	without plan|lead_practitioner     which a case has unless that is said
//	result ID STATUS [predicted=DATE]  not_achieved, unknown, regressed, on_track, neutral or achieved
//	outcome RULE STATUS [KEY=VALUE…]   of a rule; need=ID says for which need, and of the figures
//	                                   now=3 or now=12/280, before, window=DATE..DATE, baseline,
//	                                   since, predicted, freshest, persons=P1,P2, evidence=ROWS,
//	                                   confirmed=EVENT, the first of a case being E2
//	not-asked RULE                     the case has no need that brings the rule in
//	alert RULE DATE|NUMBER             an alert of that day, or how many there are
//	told ID TEXT                       words that the reason of a rule or result holds
//
// All people in cases are invented.
package trial

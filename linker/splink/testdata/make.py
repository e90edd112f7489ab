"""Makes the golden files of linker/splink again.

    python make.py people                 the invented tables
    python make.py kernels                DuckDB's answers to single expressions
    python make.py models v4 [FOLDER]     with splink==4.0.16 and duckdb==1.3.2
    python make.py models v5 [FOLDER]     with splink==5.0.0 and duckdb==1.3.2

Everybody in the tables is invented. Run it in this folder; FOLDER, where the
files go instead, may hold a larger people.csv.
"""
import csv
import itertools
import json
import logging
import pathlib
import random
import sys
import warnings

import duckdb

HERE = pathlib.Path(__file__).parent
TYPES = {
    "unique_id": "BIGINT", "lat": "DOUBLE", "long": "DOUBLE", "height": "DOUBLE", "income": "BIGINT",
    "tags": "VARCHAR[]", "sounds": "VARCHAR[]", "vec": "DOUBLE[3]", "born": "DATE", "seen": "TIMESTAMP",
}
COLUMNS = ["unique_id", "forename", "surname", "full name", "dob", "dob_uk", "stamp", "born", "seen", "postcode",
           "lat", "long", "email", "sex", "city", "height", "income", "tags", "sounds", "vec"]

FORENAMES = "Ada Bela Cai Dora Edwin Fay Gwen Hal Ines Jory Kit Lena Maud Nye Olga Perran Quin Rhys Sian Tamsin".split()
SURNAMES = "Abbott Brend Cholwich Dymond Endacott Furze Gidley Hext Isaac Jelbert Kelland Luscombe Maddock".split()
CITIES = "Totnes Buckfastleigh Ivybridge Dartmouth Salcombe".split()
TAGS = "red green blue black white grey".split()


def typo(rng, s):
    if len(s) < 3:
        return s
    i = rng.randrange(len(s) - 1)
    return rng.choice([s[:i] + s[i + 1:], s[:i] + s[i + 1] + s[i] + s[i + 2:], s[:i] + rng.choice("aeilnrst") + s[i + 1:]])


def person(rng):
    f, s = rng.choice(FORENAMES), rng.choice(SURNAMES)
    day = f"{rng.randrange(1930, 2015)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
    return {
        "forename": f, "surname": s, "day": day, "hour": rng.randrange(24),
        "postcode": f"{rng.choice(['TQ', 'PL'])}{rng.randrange(1, 14)} {rng.randrange(1, 10)}{rng.choice('ABDEF')}{rng.choice('GHJL')}",
        "lat": round(50 + rng.random() / 2, 4), "long": round(-4 + rng.random(), 4),
        "email": f"{f}.{s}@{rng.choice(['example.org', 'example.net'])}".lower(),
        "sex": rng.choice("MF"), "city": rng.choice(CITIES), "height": round(rng.uniform(140, 200), 1),
        "income": rng.randrange(0, 900) * 100, "tags": rng.sample(TAGS, rng.randrange(0, 4)),
        "vec": [round(rng.uniform(-1, 1), 3) for _ in range(3)],
    }


def again(rng, p):
    """The same person, written down once more."""
    q = dict(p)
    for name in ("forename", "surname", "email", "postcode"):
        if rng.random() < 0.25:
            q[name] = typo(rng, q[name])
    if rng.random() < 0.08:
        q["forename"], q["surname"] = q["surname"], q["forename"]
    if rng.random() < 0.3:
        y, m, d = q["day"].split("-")
        q["day"] = rng.choice([f"{y}-{m}-{1 + int(d) % 28:02}", f"{int(y) + 1}-{m}-{d}", f"{y}-{1 + int(m) % 12:02}-{d}"])
    q["lat"], q["long"] = round(q["lat"] + rng.gauss(0, 0.02), 4), round(q["long"] + rng.gauss(0, 0.02), 4)
    q["height"], q["income"] = round(q["height"] * rng.uniform(0.98, 1.02), 1), q["income"] + rng.choice([0, 0, 100, 5000])
    q["vec"] = [round(x + rng.gauss(0, 0.1), 3) for x in q["vec"]]
    q["tags"] = [t for t in q["tags"] if rng.random() < 0.8] + rng.sample(TAGS, rng.randrange(0, 2))
    return q


def row(rng, number, p):
    y, m, d = p["day"].split("-")
    listed = lambda xs: "[" + ", ".join(str(x) for x in xs) + "]"
    r = {
        "unique_id": number, "forename": p["forename"], "surname": p["surname"],
        "full name": p["forename"] + " " + p["surname"], "dob": p["day"], "dob_uk": f"{d}/{m}/{y}",
        "stamp": f"{p['day']}T{p['hour']:02}:30:00Z", "born": p["day"], "seen": f"2024-01-{d} {p['hour']:02}:15:00",
        "postcode": p["postcode"], "lat": p["lat"], "long": p["long"], "email": p["email"], "sex": p["sex"],
        "city": p["city"], "height": p["height"], "income": p["income"], "tags": listed(p["tags"]) if p["tags"] else "",
        "sounds": listed([p["surname"][:2].upper()] + ([p["surname"][1:3].upper()] if rng.random() < 0.4 else [])),
        "vec": listed(p["vec"]),
    }
    for name in ("forename", "surname", "dob", "postcode", "email", "lat", "height", "income", "born", "city", "tags"):
        if rng.random() < 0.05:
            r[name] = ""
    if rng.random() < 0.04:
        r["dob"] = r["dob_uk"] = r["stamp"] = "unknown"
    if r["lat"] == "":
        r["long"] = ""
    return r


def people(count=110, seed=7):
    rng = random.Random(seed)
    rows, number = [], 1
    while len(rows) < count:
        p = person(rng)
        for _ in range(rng.choice([1, 1, 2, 3])):
            rows.append(row(rng, number, p))
            number += 1
            p = again(rng, p)
    rng.shuffle(rows)
    rows = rows[:count]
    with open("people.csv", "w", newline="") as f:
        w = csv.DictWriter(f, COLUMNS, lineterminator="\n")
        w.writeheader()
        w.writerows(rows)


def load(con, folder):
    spec = ", ".join(f"'{c}': '{TYPES.get(c, 'VARCHAR')}'" for c in COLUMNS)
    con.execute(f"""create table people as select * from read_csv('{folder / "people.csv"}', header=true,
        columns={{{spec}}}, nullstr='')""")


def cases(version):
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import ColumnExpression as CE, SettingsCreator, block_on
    from splink.internals.blocking_rule_library import And, CustomRule, Not, Or

    def spread(c, n):
        m = [0.7] + [0.3 / (n - 1)] * (n - 1)
        u = [0.01 * 3 ** i for i in range(n - 1)]
        return c.configure(m_probabilities=m, u_probabilities=u + [1 - sum(u)] if sum(u) < 1 else [1 / n] * n)

    names = [block_on("surname"), block_on("dob", "substr(forename, 1, 1)"), block_on("postcode")]
    dates = [block_on("city", "sex"), CustomRule("l.surname = r.forename and l.forename = r.surname")]
    odd = [
        CustomRule("l.height = r.height or l.email = r.email"),
        Or(And(block_on("city"), Not(block_on("sex"))), block_on("lower(email)")),
        CustomRule("levenshtein(l.surname, r.surname) <= 1 and substr(l.dob, 1, 4) = substr(r.dob, 1, 4)"),
        CustomRule("l.income = r.income and l.born > r.born"),
    ]
    yield "names", dict(rules=names, comparisons=[
        cl.NameComparison("forename", dmeta_col_name="sounds"), spread(cl.NameComparison("surname"), 5),
        cl.ForenameSurnameComparison("forename", "surname"), cl.ForenameSurnameComparison(
            "forename", "surname", jaro_winkler_thresholds=[0.9], forename_surname_concat_col_name="full name"),
        cl.DateOfBirthComparison("dob", input_is_string=True), cl.PostcodeComparison("postcode"),
        cl.EmailComparison("email"), cl.ExactMatch("sex")])
    yield "thresholds", dict(rules=names, comparisons=[
        cl.ExactMatch("city").configure(term_frequency_adjustments=True), cl.LevenshteinAtThresholds("surname", [1, 3]),
        cl.DamerauLevenshteinAtThresholds("forename", [1, 2]), cl.JaccardAtThresholds("surname", [0.9, 0.6]),
        cl.JaroAtThresholds("forename", [0.9, 0.8]), spread(cl.JaroWinklerAtThresholds("surname", [0.95, 0.8]), 4),
        cl.DistanceFunctionAtThresholds("postcode", "levenshtein", [1, 4], higher_is_more_similar=False)])
    yield "dates", dict(rules=dates, comparisons=[
        cl.DateOfBirthComparison("born", input_is_string=False),
        cl.DateOfBirthComparison("dob_uk", input_is_string=True, datetime_format="%d/%m/%Y"),
        cl.DateOfBirthComparison("dob", input_is_string=True, invalid_dates_as_null=False),
        cl.AbsoluteTimeDifferenceAtThresholds("seen", input_is_string=False, metrics=["hour", "day"], thresholds=[3, 2]),
        cl.AbsoluteTimeDifferenceAtThresholds("stamp", input_is_string=True, metrics=["minute", "month"], thresholds=[90, 5]),
        cl.AbsoluteDateDifferenceAtThresholds("dob", input_is_string=True, metrics=["day", "year"], thresholds=[40, 3],
                                              term_frequency_adjustments=True),
        cl.AbsoluteDateDifferenceAtThresholds("dob_uk", input_is_string=True, metrics="second", thresholds=86400,
                                              datetime_format="%d/%m/%Y", invalid_dates_as_null=False)])
    yield "places", dict(rules=dates, comparisons=[
        cl.DistanceInKMAtThresholds("lat", "long", [1, 10, 40.5]),
        cl.PostcodeComparison("postcode", invalid_postcodes_as_null=True, lat_col="lat", long_col="long", km_thresholds=[5, 20]),
        cl.CosineSimilarityAtThresholds("vec", [0.99, 0.8, 0.1]), cl.ArrayIntersectAtSizes("tags", [2, 1]),
        cl.PairwiseStringDistanceFunctionAtThresholds("tags", "jaro_winkler", [0.8, 0.6]),
        cl.PairwiseStringDistanceFunctionAtThresholds("sounds", "levenshtein", 1),
        cl.PairwiseStringDistanceFunctionAtThresholds("tags", "damerau_levenshtein", [1, 2]),
        cl.PairwiseStringDistanceFunctionAtThresholds("sounds", "jaro", 0.6)])

    def custom(name, *levels):
        return cl.CustomComparison([*levels, cll.ElseLevel()], output_column_name=name)

    yield "levels", dict(rules=odd, comparisons=[
        custom("number", cll.NullLevel("height"), cll.PercentageDifferenceLevel("height", 0.01),
               cll.AbsoluteDifferenceLevel("height", 5), cll.PercentageDifferenceLevel("income", 0.1),
               cll.AbsoluteDifferenceLevel("income", 500)),
        custom("literal", cll.NullLevel("city"), cll.LiteralMatchLevel("city", "Totnes", "string"),
               cll.LiteralMatchLevel("city", "Salcombe", "string", side_of_comparison="left"),
               cll.LiteralMatchLevel("income", "0", "int", side_of_comparison="right"),
               cll.LiteralMatchLevel("height", "170.5", "float", side_of_comparison="left"),
               cll.LiteralMatchLevel("born", "1990-01-01", "date")),
        custom("reversed", cll.And(cll.NullLevel("forename"), cll.NullLevel("surname")),
               cll.ColumnsReversedLevel("forename", "surname", symmetrical=True),
               cll.ColumnsReversedLevel("forename", "surname"),
               cll.And(cll.ExactMatchLevel("forename"), cll.Not(cll.ExactMatchLevel("surname"))),
               cll.Or(cll.JaroLevel("forename", 0.8), cll.JaccardLevel("surname", 0.8))),
        custom("arrays", cll.NullLevel("tags"), cll.ArraySubsetLevel("tags"), cll.ArrayIntersectLevel("sounds", 1),
               cll.ArraySubsetLevel("sounds", empty_is_subset=True)),
        custom("distance", cll.NullLevel("postcode", valid_string_pattern="^[A-Z]{1,2}[0-9]+ "),
               cll.DistanceInKMLevel("lat", "long", 3, not_null=True), cll.DistanceFunctionLevel("postcode", "jaccard", 0.7),
               cll.LevenshteinLevel("email", 2), cll.DamerauLevenshteinLevel("email", 4)),
        custom("columns", cll.ExactMatchLevel(CE("surname").lower().substr(1, 3)),
               cll.ExactMatchLevel(CE("height").cast_to_string().nullif("170.5")),
               cll.ExactMatchLevel(CE("email").regex_extract("@(.*)[.]", 1)),
               cll.ExactMatchLevel(CE("dob").try_parse_date()), cll.ExactMatchLevel(CE("stamp").try_parse_timestamp()),
               cll.ExactMatchLevel(CE("tags").access_extreme_array_element("first")),
               cll.ExactMatchLevel(CE("tags").access_extreme_array_element("last")),
               cll.ExactMatchLevel(CE("forename || ' ' || surname")), cll.ExactMatchLevel(CE("upper(trim(city))"))),
        custom("free", cll.CustomLevel("forename_l is null or forename_r is null").configure(is_null_level=True),
               cll.CustomLevel("forename_l like 'A%' and forename_r ilike 'a_a%'"),
               cll.CustomLevel("coalesce(city_l, 'x') in ('x', 'Totnes') and sex_l <> sex_r"),
               cll.CustomLevel("abs(date_diff('month', born_l, born_r)) between 1 and 14"),
               cll.CustomLevel("case when income_l > 30000 then 'a' else 'b' end = case sex_r when 'M' then 'a' end"),
               cll.CustomLevel("length(surname_l) % 3 = 1 and not (starts_with(surname_r, 'D') or len(tags_r) > 1)"),
               cll.CustomLevel("greatest(height_l, height_r, 0) - least(height_l, height_r) < 3.5 and split_part(email_l, '@', 2) = 'example.org'"),
               cll.CustomLevel("born_l - born_r > 3000 or (lat_l::int = 50 and sqrt(income_r) <= 150.0)"))])
    yield "terms", dict(rules=names, prior=0.013, comparisons=[
        custom("surname", cll.NullLevel("surname"), cll.ExactMatchLevel("surname").configure(
                   tf_adjustment_column="surname", tf_adjustment_weight=0.7, tf_minimum_u_value=0.05, m_probability=0.8, u_probability=0.07),
               cll.JaroWinklerLevel("surname", 0.8).configure(tf_adjustment_column="surname", tf_adjustment_weight=0.4),
               cll.LevenshteinLevel("surname", 3).configure(
                   tf_adjustment_column="surname", disable_tf_exact_match_detection=True, m_probability=0.1, u_probability=0.2)),
        custom("place", cll.NullLevel("city"), cll.ExactMatchLevel("city", term_frequency_adjustments=True),
               cll.ExactMatchLevel("postcode").configure(tf_adjustment_column="city"),
               cll.CustomLevel("city_l = 'Totnes' or city_r = 'Totnes'").configure(tf_adjustment_column="city", tf_minimum_u_value=0.3)),
        custom("forename", cll.ExactMatchLevel("forename", term_frequency_adjustments=True),
               cll.CustomLevel("forename_l is null or forename_r is null").configure(
                   tf_adjustment_column="forename", m_probability=0.3, u_probability=0.1)),
        custom("extreme", cll.ExactMatchLevel("sex").configure(m_probability=1.0, u_probability=1e-250)),
        custom("more", cll.ExactMatchLevel("sex").configure(m_probability=1.0, u_probability=1e-90)),
        custom("less", cll.ExactMatchLevel("email").configure(m_probability=1e-280, u_probability=1.0))])
    yield "open", dict(rules=names, comparisons=[
        cl.CustomComparison([cll.NullLevel("surname"), cll.ExactMatchLevel("surname"), cll.JaroWinklerLevel("surname", 0.8)],
                            output_column_name="surname"), cl.ExactMatch("sex")])
    yield "exploded", dict(rules=[block_on("tags", arrays_to_explode=["tags"]),
                                  block_on("sounds", "sex", arrays_to_explode=["sounds"]), block_on("city")],
                           comparisons=[cl.NameComparison("surname"), cl.ArrayIntersectAtSizes("tags", [2, 1])])
    yield "all", dict(rules=[], comparisons=[cl.NameComparison("surname"), cl.ExactMatch("dob")])
    link = [cl.NameComparison("surname"), cl.JaroWinklerAtThresholds("forename"), custom(
        "left", cll.LiteralMatchLevel("sex", "M", "string", side_of_comparison="left"), cll.ColumnsReversedLevel("forename", "surname"))]
    yield "link", dict(rules=names, comparisons=link, link="link_only", tables=2)
    yield "link_three", dict(rules=names, comparisons=link, link="link_only", tables=3)
    yield "sourced", dict(rules=names, comparisons=link, link="link_only", tables=2, sourced=True)
    yield "both", dict(rules=names, comparisons=link, link="link_and_dedupe", tables=2)
    yield "trained", dict(rules=names, train=True, iterations=6, comparisons=[
        cl.NameComparison("forename"), cl.NameComparison("surname"), cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.PostcodeComparison("postcode"), cl.EmailComparison("email")])


def run(version, name, case, folder, out):
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    con = duckdb.connect()
    load(con, folder)
    api = DuckDBAPI(connection=con)
    tables = case.get("tables", 1)
    aliases = ["people"] if tables == 1 else ["north", "east", "south"][:tables]
    if tables > 1:
        for i, name_of in enumerate(aliases):
            source = f", '{9 - i}' as source_dataset" if case.get("sourced") else ""
            con.execute(f"create table {name_of} as select *{source} from people where unique_id % {tables} = {i}")

    def linker(settings):
        if version == "v4":
            return Linker(aliases, settings, api, input_table_aliases=aliases)
        fresh = DuckDBAPI(connection=con)
        registered = [fresh.register(a, dataset_display_name=a) for a in aliases]
        return Linker(registered if tables > 1 else registered[0], settings)

    settings = SettingsCreator(link_type=case.get("link", "dedupe_only"), comparisons=case["comparisons"],
                               blocking_rules_to_generate_predictions=case["rules"],
                               probability_two_random_records_match=case.get("prior", 0.0001), linker_uid=name,
                               retain_matching_columns=False, max_iterations=case.get("iterations", 25))
    first = linker(settings)
    if case.get("train"):
        first.training.estimate_u_using_random_sampling(max_pairs=1e5, seed=1)
        first.training.estimate_parameters_using_expectation_maximisation(block_on("city"))
    model = out / f"{name}.json"
    saved = first.misc.save_model_to_json()
    for i, c in enumerate(saved["comparisons"]):  # Two of one name would share a vector.
        c["output_column_name"] += f"_{i}"
    model.write_text(json.dumps(saved, indent=1) + "\n")
    again = linker(str(model))
    gammas = [c._gamma_column_name for c in again._settings_obj.comparisons]
    settings = json.loads(model.read_text())
    settings["retain_matching_columns"] = True  # Shows the vectors.
    again = linker(settings)
    result = con.execute(f"select * from {again.inference.predict().physical_name}")
    heads = [d[0] for d in result.description]
    rows = [dict(zip(heads, r)) for r in result.fetchall()]
    ids = ["source_dataset_l", "unique_id_l", "source_dataset_r", "unique_id_r"]
    rows.sort(key=lambda r: [r.get(i, "") for i in ids])
    with open(out / f"{name}.csv", "w") as f:
        f.write(f"{len(rows)}\n")  # Of many pairs only some are kept.
        for r in rows[::max(1, len(rows) // 250)]:
            vector = " ".join("none" if r[g] is None else str(r[g]) for g in gammas)
            weight = "none" if r["match_weight"] is None else f"{r['match_weight']:.9g}"
            probability = "none" if r["match_probability"] is None else f"{r['match_probability']:.9g}"
            f.write(",".join([*(str(r.get(i, "")) for i in ids), weight, probability, vector]) + "\n")
    print(version, name, len(rows))


def kernels():
    rng = random.Random(3)
    con = duckdb.connect()
    words = ["".join(rng.choice("abc") for _ in range(rng.randrange(1, 9))) for _ in range(60)]
    words += ["".join(rng.choice("abcdefgh ") for _ in range(rng.randrange(1, 90))) for _ in range(30)]
    words += [typo(rng, w) for w in words]
    names = ["jaro_similarity", "jaro_winkler_similarity", "levenshtein", "damerau_levenshtein", "jaccard"]
    with open("kernels.csv", "w") as f:
        for _ in range(700):
            i = rng.randrange(len(words))
            a, b = words[i], rng.choice([words[(i + 90) % len(words)], rng.choice(words)])
            got = con.execute("select " + ", ".join(f"{n}($1, $2)" for n in names), [a, b]).fetchone()
            f.write(",".join([a, b, *(repr(g) for g in got)]) + "\n")
    with open("expressions.txt", "w") as f:
        for e in EXPRESSIONS:
            value, kind = con.sql(f"select cast({e} as varchar), typeof({e})").fetchone()
            f.write(f"{e}\t{kind}\t{'NULL' if value is None else value}\n")


EXPRESSIONS = """jaro_similarity('', '')
jaro_winkler_similarity('', 'a')
damerau_levenshtein('ca', 'abc')
damerau_levenshtein('', 'abc')
levenshtein(NULL, 'abc')
substr('abc', 0, 2)
substr('abc', -2, 2)
substring('abc', 2)
substring('abcdef', 2, -1)
substring('abcdef', 3, 100)
left('abc', -1)
left('abc', 9)
right('abc', 2)
right('abc', -1)
cast(0.1 as real) = 0.1::double
cast(0.1 as real) <= 0.1
cast(10.00000001 as float) <= 10
1 / 0 > 5
5 % 0 is null
-7 % 3
'a' || NULL
concat('a', NULL, 'b')
greatest(NULL, 1)
least(NULL, 2, 1)
coalesce(NULL, 'x')
nullif('a', 'a') is null
nullif('a', 'b')
'10' = 10
'abc' like 'A%'
'abc' ilike 'A%'
'abc' not like 'a_c'
'aXbXc' like '%X%X_'
'' like '%'
'a' in ('b', 'a')
2 between 1 and 2
NULL is distinct from 1
1 is not distinct from 1
not NULL
true and NULL
false and NULL
true or NULL
(NULL or false) is null
case when NULL then 1 when true then 2 end
case 3 when 1 then 'a' when 3 then 'c' else 'd' end
if(1 > 2, 'a', 'b')
cast(2.5::double as int)
cast(3.5::double as int)
try_cast('x' as int) is null
cast('12' as double) / 5
1 + 2 * 3 - 4 / 2
-(2 - 5)
10 - 4 - 3
'b' > 'a' and 'B' < 'a'
trim('  a ')
ltrim('xxa', 'x')
rtrim('axx', 'x')
upper('aB') || lower('Cd')
replace('aaa', 'a', 'bc')
reverse('abc')
length('abc')
strpos('abc', 'c')
contains('abc', 'bc')
starts_with('abc', 'ab')
ends_with('abc', 'bc')
split_part('a b c', ' ', 2)
split_part('a b c', ' ', -1)
split_part('a b c', ' ', 9)
regexp_extract('abc', 'x', 0)
regexp_extract('abc', 'b')
regexp_extract('abc', '(x)?b', 1)
regexp_extract('TQ9 5AB', '^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]', 0)
regexp_matches('abc', 'b.')
regexp_full_match('abc', 'b.')
regexp_replace('aXbX', 'X', '-')
regexp_replace('aXbX', '(X)', '<\\1>', 'g')
epoch(try_strptime('1990-1-5', '%Y-%m-%d'))
epoch(try_strptime(' 1990-01-05 ', '%Y-%m-%d'))
epoch(try_strptime('90-01-05', '%Y-%m-%d'))
try_strptime('1990-01-05x', '%Y-%m-%d') is null
try_strptime('1990-02-30', '%Y-%m-%d') is null
try_strptime('19900-02-03', '%Y-%m-%d') is null
try_strptime('1990-001-03', '%Y-%m-%d') is null
try_strptime('', '%Y-%m-%d') is null
epoch(try_strptime('2020-01-02T03:04:05Z', '%Y-%m-%dT%H:%M:%SZ'))
epoch(try_strptime('05/jan/1990', '%d/%b/%Y'))
epoch(try_strptime('5 January 1990', '%d %B %Y'))
epoch(try_strptime('3', '%d'))
epoch(try_strptime('69', '%y'))
epoch(try_strptime('68', '%y'))
epoch(try_strptime('03:04 PM', '%I:%M %p'))
epoch(try_strptime('12:04 AM', '%I:%M %p'))
epoch(try_strptime('12.5', '%S.%f'))
epoch(try_strptime('2020-060', '%Y-%j'))
epoch(try_strptime('19900105', '%Y%m%d'))
epoch(try_strptime('2020-01-02 03:04:05+01:30', '%Y-%m-%d %H:%M:%S%z')::timestamp)
epoch(date '1969-12-31')
epoch(timestamp '2020-01-01 10:11:12.25')
date '2020-01-03' - date '2020-01-01'
date_diff('year', date '2019-12-31', date '2020-01-01')
date_diff('month', date '2020-01-31', date '2020-02-01')
date_diff('week', date '2020-01-05', date '2020-01-06')
datediff('day', timestamp '2020-01-31 23:00:00', timestamp '2020-02-01 01:00:00')
date_diff('hour', timestamp '2020-01-31 23:59:00', timestamp '2020-02-01 01:00:00')
date_diff('quarter', date '2020-03-31', date '2020-04-01')
cast('1990-1-5' as date) = date '1990-01-05'
cast('1990-01-05 10:00' as date) = '1990-01-05'
cast(date '1990-01-05' as varchar)
cast(timestamp '1990-01-05 01:02:03' as varchar)
year(date '2020-02-03') + month(date '2020-02-03') + day(date '2020-02-03')
round(2.345::double, 2)
round(-2.5::double)
floor(2.7::double) + ceil(2.1::double)
abs(-2.5::double)
pow(2::double, 10)
sqrt(2::double)
degrees(radians(90::double))
ln(exp(1::double))
log2(8::double)
sin(1::double) + cos(1::double) + acos(0.5::double)
cast(true as varchar)
cast(5 as varchar)
cast('t' as boolean)""".splitlines()


def main():
    what = sys.argv[1]
    if what == "people":
        return people(*[int(x) for x in sys.argv[2:]])
    if what == "kernels":
        return kernels()
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    version = sys.argv[2]
    folder = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else HERE
    out = folder / version
    out.mkdir(exist_ok=True)
    for name, case in cases(version):
        run(version, name, case, folder, out)


main()

"""Runs Splink once on one table (or two) and writes its scored pairs and clusters.

It is a process of its own, so that the bench can measure its CPU seconds and
peak memory. Works with Splink 4 and 5. The models follow those that Splink's
documentation demonstrates for tables of each kind.
"""

import argparse
import json
import time
from importlib.metadata import version

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

MAJOR = int(version("splink").split(".")[0])


def exact_tf(column):
    return cl.ExactMatch(column).configure(term_frequency_adjustments=True)


def febrl3():
    """The demonstration "deduplicate FEBRL3"."""
    comparisons = [
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
        exact_tf("street_number"),
        exact_tf("postcode"),
    ]
    return dict(
        id="rec_id", link="dedupe_only", comparisons=comparisons,
        blocking=[
            block_on("soc_sec_id"), block_on("given_name"), block_on("surname"),
            block_on("date_of_birth"), block_on("postcode"),
        ],
        prior=[
            "l.soc_sec_id = r.soc_sec_id",
            "l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth",
            "substr(l.given_name,1,3) = substr(r.given_name,1,3) and l.surname = r.surname and l.postcode = r.postcode",
        ],
        recall=0.9, max_pairs=1e6,
        em=[block_on("substr(date_of_birth,1,3)"), block_on("substr(postcode,1,2)")],
        wide=[block_on("substr(soc_sec_id,1,4)"), block_on("address_1", "street_number"), block_on("substr(surname,1,3)", "state"),
              block_on("substr(given_name,1,3)", "substr(date_of_birth,1,4)")],
    )


def febrl4():
    """The demonstration "link FEBRL4"."""
    comparisons = [
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        exact_tf("street_number"),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
    ]
    return dict(
        id="rec_id", link="link_only", comparisons=comparisons,
        blocking=[
            block_on("given_name", "surname"), block_on("given_name", "date_of_birth"), block_on("surname", "date_of_birth"),
            block_on("soc_sec_id"), block_on("state", "address_1"), block_on("street_number", "address_1"), block_on("postcode"),
        ],
        prior=[
            "l.soc_sec_id = r.soc_sec_id",
            "l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth",
        ],
        recall=0.9, max_pairs=1e6,
        em=[block_on("date_of_birth"), block_on("postcode")],
        wide=[block_on("surname"), block_on("given_name"), block_on("substr(soc_sec_id,1,4)"), block_on("date_of_birth")],
    )


def historical():
    """The demonstration "deduplicate 50,000 rows of historical persons"."""
    comparisons = [
        cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="first_and_surname"),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.PostcodeComparison("postcode_fake"),
        exact_tf("birth_place"),
        exact_tf("occupation"),
    ]
    return dict(
        id="unique_id", link="dedupe_only", comparisons=comparisons,
        blocking=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"), block_on("surname", "dob"), block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"), block_on("postcode_fake", "surname"), block_on("dob", "birth_place"),
            block_on("substr(postcode_fake,1,3)", "dob"), block_on("substr(postcode_fake,1,3)", "first_name"),
            block_on("substr(postcode_fake,1,3)", "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        prior=[
            "l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob",
            "substr(l.first_name,1,2) = substr(r.first_name,1,2) and l.surname = r.surname and substr(l.postcode_fake,1,2) = substr(r.postcode_fake,1,2)",
            "l.dob = r.dob and l.postcode_fake = r.postcode_fake",
        ],
        recall=0.6, max_pairs=5e6,
        em=[block_on("first_name", "surname"), block_on("dob")],
        wide=[block_on("postcode_fake"), block_on("dob"), block_on("first_name", "birth_place"), block_on("surname", "birth_place")],
    )


def fake():
    """The tutorial's model for fake_1000."""
    comparisons = [
        cl.NameComparison("first_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        exact_tf("city"),
        cl.EmailComparison("email"),
    ]
    return dict(
        id="unique_id", link="dedupe_only", comparisons=comparisons,
        blocking=[block_on("first_name", "city"), block_on("surname"), block_on("dob"), block_on("email"), block_on("first_name")],
        prior=[
            block_on("first_name", "dob"),
            "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
            block_on("email"),
        ],
        recall=0.7, max_pairs=1e6,
        em=[block_on("first_name", "surname"), block_on("dob")],
        wide=[block_on("city"), block_on("substr(surname,1,3)")],
    )


def uk():
    """A model for the bench's own British tables, of the parts that the
    demonstrations use for tables of this kind."""
    comparisons = [
        cl.ForenameSurnameComparison("forename", "surname", forename_surname_concat_col_name="full_name_for_tf"),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.ExactMatch("sex"),
        cl.PostcodeComparison("postcode"),
        exact_tf("phone"),
        cl.EmailComparison("email"),
    ]
    return dict(
        id="record_id", link="dedupe_only", comparisons=comparisons,
        add="* replace (regexp_replace(replace(postcode, ' ', ''), '(...)$', ' \\1') as postcode, replace(phone, ' ', '') as phone), "
            "forename || ' ' || surname as full_name_for_tf",
        blocking=[
            block_on("forename", "surname", "substr(dob,1,4)"), block_on("surname", "dob"), block_on("forename", "dob"),
            block_on("postcode", "forename"), block_on("postcode", "dob"), block_on("email"), block_on("phone"),
        ],
        prior=[
            "l.forename = r.forename and l.surname = r.surname and l.dob = r.dob",
            "l.email = r.email and l.forename = r.forename",
            "l.dob = r.dob and l.postcode = r.postcode and l.forename = r.forename",
        ],
        recall=0.7, max_pairs=5e6,
        # The demonstrations' passes (names; date of birth) make hundreds of
        # millions of pairs on a million records; these train as well and cost little.
        em=[block_on("email"), block_on("dob", "postcode")],
        wide=[
            block_on("postcode", "surname"), block_on("dob", "substr(forename,1,1)"), block_on("dob", "substr(surname,1,2)"),
            block_on("substr(forename,1,3)", "substr(surname,1,4)", "substr(dob,6,5)"),
            block_on("substr(postcode,1,4)", "surname", "substr(forename,1,2)"),
            block_on("address", "forename"),
        ],
    )


def nhs():
    """The British model for the bench's clinic-like layout."""
    m = uk()
    m["id"] = "PatientID"
    m["add"] = (
        "PatientID, givenname as forename, familyname as surname, upper(substr(gender, 1, 1)) as sex, "
        "strftime(strptime(birthdate, '%d/%m/%Y'), '%Y-%m-%d') as dob, addressline1 as address, "
        "regexp_replace(replace(postcode, ' ', ''), '(...)$', ' \\1') as postcode, mobileno as phone, emailaddress as email, "
        "givenname || ' ' || familyname as full_name_for_tf")
    return m


def us():
    """The same for the bench's American tables."""
    comparisons = [
        cl.NameComparison("first"),
        cl.NameComparison("last"),
        cl.DateOfBirthComparison("birthdate", input_is_string=True, datetime_format="%m/%d/%Y"),
        cl.DamerauLevenshteinAtThresholds("ssn", [1, 2]),
        exact_tf("zip"),
        exact_tf("phone"),
    ]
    return dict(
        id="id", link="dedupe_only", comparisons=comparisons,
        blocking=[
            block_on("ssn"), block_on("first", "last"), block_on("last", "birthdate"), block_on("first", "birthdate"),
            block_on("zip", "first"), block_on("phone"),
        ],
        prior=[
            "l.ssn = r.ssn",
            "l.first = r.first and l.last = r.last and l.birthdate = r.birthdate",
        ],
        recall=0.8, max_pairs=5e6,
        em=[block_on("ssn"), block_on("birthdate", "zip")],
        wide=[block_on("zip", "last"), block_on("zip", "birthdate"), block_on("street", "city"),
              block_on("substr(first,1,3)", "substr(last,1,3)", "substr(birthdate,7,4)")],
    )


def uk_address():
    """The same with the address, which depends on the postcode."""
    m = uk()
    m["comparisons"].insert(4, cl.JaroWinklerAtThresholds("address", [0.9]))
    return m


MODELS = dict(febrl3=febrl3, febrl4=febrl4, historical=historical, fake=fake, uk=uk, uk_address=uk_address, nhs=nhs, us=us)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("tables", nargs="+")
    p.add_argument("--model", required=True, choices=sorted(MODELS))
    p.add_argument("--wide", action="store_true", help="more blocking rules than the demonstration has")
    p.add_argument("--threads", type=int, default=4)
    p.add_argument("--threshold", type=float, default=0.95, help="of the clusters")
    p.add_argument("--keep", type=float, default=0.01, help="least probability of a pair that is kept")
    p.add_argument("--pairs", help="CSV of scored pairs to write")
    p.add_argument("--clusters", help="CSV of clusters to write")
    a = p.parse_args()
    m = MODELS[a.model]()
    stages, last = {}, time.perf_counter()

    def stage(name):
        nonlocal last
        now = time.perf_counter()
        stages[name] = round(now - last, 3)
        last = now

    con = duckdb.connect(":memory:")
    con.execute(f"set threads={a.threads}")
    api = DuckDBAPI(connection=con)
    names = []
    for i, path in enumerate(a.tables):
        reader = "read_parquet" if path.endswith(".parquet") else "read_csv"
        options = ", all_varchar=true" if reader == "read_csv" else ""
        raw = f"(select * from {reader}('{path}'{options}))"
        columns = [c[0] for c in con.execute(f"select * from {raw} limit 0").description]
        # Splink's users are told to clean first: space around, blank cells, case.
        key = m["id"]
        trimmed = ", ".join(
            f"trim(\"{c}\") as \"{c.strip()}\"" if c.strip() == key else f"nullif(lower(trim(\"{c}\")), '') as \"{c.strip()}\""
            for c in columns)
        con.execute(f"create table t{i} as select {m.get('add', '*')} from (select {trimmed} from {raw})")
        names.append(f"t{i}")
    blocking = m["blocking"] + (m["wide"] if a.wide else [])
    settings = SettingsCreator(
        link_type=m["link"], unique_id_column_name=m["id"], comparisons=m["comparisons"],
        blocking_rules_to_generate_predictions=blocking,
    )
    if MAJOR >= 5:
        tables = [api.register(n, dataset_display_name=n) for n in names]
        linker = Linker(tables if len(tables) > 1 else tables[0], settings, log_level=None)
    else:
        linker = Linker(names if len(names) > 1 else names[0], settings, api, set_up_basic_logging=False)
    stage("read")
    linker.training.estimate_probability_two_random_records_match(m["prior"], recall=m["recall"])
    stage("prior")
    linker.training.estimate_u_using_random_sampling(max_pairs=m["max_pairs"])
    stage("u")
    for rule in m["em"]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    stage("em")
    pairs = linker.inference.predict(threshold_match_probability=a.keep)
    stage("predict")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=a.threshold)
    stage("cluster")
    name = m["id"]
    two = m["link"] != "dedupe_only"
    if a.pairs:
        con.execute(
            f"copy (select \"{name}_l\" as unique_id_l, \"{name}_r\" as unique_id_r, match_probability "
            f"from {pairs.physical_name}) to '{a.pairs}' (header)")
    if a.clusters:
        con.execute(f"copy (select \"{name}\" as record_id, cluster_id from {clusters.physical_name}) to '{a.clusters}' (header)")
    stage("write")
    count = con.execute(f"select count(*) from {pairs.physical_name}").fetchone()[0]
    print(json.dumps(dict(splink=version("splink"), duckdb=duckdb.__version__, model=a.model, wide=a.wide, two=two,
                          pairs=count, stages=stages)))


main()

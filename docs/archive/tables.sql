-- Tables of what a paper prints again and again, from the answers of `zhubi check --jsonl-in`. For DuckDB:
--
--     duckdb -c "SET VARIABLE answers = 'answers/*'" -f tables.sql
--
-- The answers need a date, so the documents must have one.
CREATE OR REPLACE TEMP VIEW answer AS
    SELECT *, CAST(left(date, 4) AS INTEGER) AS year
    FROM read_json(getvariable('answers'), format = 'newline_delimited', columns = {
        id: 'JSON', date: 'VARCHAR', path: 'VARCHAR', characters: 'BIGINT', line: 'BIGINT', error: 'VARCHAR',
        findings: 'STRUCT(rule VARCHAR, severity VARCHAR, message VARCHAR, "text" VARCHAR, suggestions VARCHAR[])[]'
    }, maximum_object_size = 67108864);

-- What was read.
CREATE OR REPLACE TEMP TABLE years AS
    SELECT year, count(*) AS documents, sum(characters) AS characters FROM answer WHERE error IS NULL GROUP BY year;

-- Lines that are no documents, by what is wrong with them.
CREATE OR REPLACE TEMP TABLE failures AS
    SELECT error, count(*) AS lines FROM answer WHERE error IS NOT NULL GROUP BY error ORDER BY lines DESC, error;

CREATE OR REPLACE TEMP VIEW finding AS SELECT year, unnest(findings) AS finding FROM answer;

-- Which rules were broken, in which year, how often, and how often in 100,000 characters.
CREATE OR REPLACE TEMP TABLE slips AS
    SELECT rule, year, count(*) AS slips, round(count(*) * 100000.0 / any_value(years.characters), 2) AS rate
    FROM (SELECT year, finding.rule AS rule FROM finding) JOIN years USING (year)
    GROUP BY rule, year ORDER BY rule, year;

-- Which slips were printed most: the same wrong text with the same correction.
CREATE OR REPLACE TEMP TABLE most AS
    SELECT finding.rule AS rule, finding."text" AS printed, finding.suggestions[1] AS correct, count(*) AS times,
        min(year) AS first, max(year) AS last
    FROM finding GROUP BY ALL ORDER BY times DESC, rule, printed LIMIT 50;

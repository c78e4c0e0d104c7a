/** The schema of reports that is written and read. */
export const REPORT_SCHEMA = 'racewalk.conformance/3';

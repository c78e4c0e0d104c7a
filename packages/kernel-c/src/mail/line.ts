/** Lines of a text that came by mail, each with its place in the file. */

/** A line, without its end. */
export interface MailLine {
  readonly text: string;
  /** Where it stands in the file, from 1; of a part that was encoded, the line on which the part begins. */
  readonly line: number;
}

/** The lines of a text. */
export const linesOf = (text: string, first = 1): MailLine[] =>
  text.split(/\r?\n/).map((line, i) => ({ text: line, line: first + i }));

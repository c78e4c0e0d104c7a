/** What the address says is selected. */
export interface Selection {
  readonly race: string;
  readonly variant: string;
  readonly column: number;
}

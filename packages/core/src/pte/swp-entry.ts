/** Which swap device and which slot; also the carrier of markers and migration entries. */
export interface SwpEntry {
  readonly type: number;
  readonly offset: number;
}

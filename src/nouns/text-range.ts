/** Offsets in UTF-16 code units, `end` exclusive. Which text they count in is said where the range is used. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

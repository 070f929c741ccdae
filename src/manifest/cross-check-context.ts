import type { Location } from '../base/finding.ts'

/** What the checks between objects and settings need to know beside both. */
export interface CrossCheckContext {
  /** Something could not be read, so nothing is said to be missing. */
  readonly isPartial: boolean
  /** Of the keys in hitless.yaml, by their dotted names: `change.setImage`. */
  readonly locations: Readonly<Record<string, Location>>
  /** The flags that took the place of settings, by the keys of these: `--target` by `load.target`. */
  readonly flags: Readonly<Record<string, string>>
}

/** What a person wrote to set `key`, and where: in the file at the first of `places` there is. A flag is in no file. */
export function originOf(
  { locations, flags }: CrossCheckContext,
  key: string,
  places: readonly string[] = [key],
): { readonly name: string; readonly location: Location | undefined } {
  const flag = flags[key]
  if (flag !== undefined) return { name: flag, location: undefined }
  const place = places.find((known) => locations[known] !== undefined)
  return { name: key, location: place === undefined ? undefined : locations[place] }
}

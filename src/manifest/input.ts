import type { Finding, Location } from '../base/finding.ts'
import type { SourcedObject } from '../api/sourced-object.ts'
import type { Settings } from './settings.ts'

/** A directory or file of manifests, read and checked. */
export interface Input {
  /** Every object that the engine runs, defaults filled in, namespace set, in the order of the files. */
  readonly objects: readonly SourcedObject[]
  /** Objects of other kinds: checked as far as their schema is known, not run, told once. */
  readonly notRun: readonly SourcedObject[]
  readonly settings: Settings
  /** Of the keys that are in hitless.yaml: `load.target`, `load.requests.0.path`. */
  readonly locations: Readonly<Record<string, Location>>
  /** Errors make the input unusable; warnings and notes are printed. */
  readonly findings: readonly Finding[]
}

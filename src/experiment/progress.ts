import type { LoadRow } from '../timeline/generator.ts'
import type { Phase } from '../timeline/fact.ts'
import type { RunDescription } from '../verdict/recording.ts'
import type { SecondContext } from './row-context.ts'

/** What a running experiment tells whoever shows it. */
export type Progress =
  /** All is known and nothing has been started yet. */
  | { readonly kind: 'planned'; readonly run: RunDescription; readonly pods: number }
  | { readonly kind: 'phase'; readonly phase: Phase; readonly message: string }
  | {
      readonly kind: 'row'
      readonly row: LoadRow
      readonly context: SecondContext
    }

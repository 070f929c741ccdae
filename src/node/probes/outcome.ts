/** What one probe found. An error says nothing about the container: its result is thrown away. */
export type ProbeOutcome =
  | { readonly kind: 'success' }
  /** Counts as a success, with a ProbeWarning event. */
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'failure'; readonly message: string }
  | {
      readonly kind: 'error'
      /** What the event calls the result. */
      readonly state: 'unknown' | 'failure'
      readonly message: string
    }

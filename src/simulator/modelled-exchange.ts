/** What a modelled app is asked over HTTP. */
export interface ModelledRequest {
  readonly method: string
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** What it says. */
export type ModelledAnswer =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
      /** Default 0. */
      readonly delayMs?: number
    }
  /** Never answers. */
  | { readonly kind: 'hang' }

export interface RequestCase {
  readonly name: string
  readonly method: string
  /** `NS` stands for the namespace. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

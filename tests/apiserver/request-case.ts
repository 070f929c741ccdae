export interface RequestCase {
  readonly name: string
  readonly method: string
  /** `NS` stands for the namespace. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /**
   * The fields of the status that are compared in what is stored: those that no controller writes at a time of its own.
   * Absent: none.
   */
  readonly statusFields?: readonly string[]
}

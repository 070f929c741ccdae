/** What the schema says of one field. */
export type FieldSchema =
  | {
      /** `quantity` is a string or number such as `100m`; `any` is not looked into. */
      readonly type:
        'string' | 'integer' | 'number' | 'boolean' | 'int-or-string' | 'quantity' | 'any'
      /** `int32`, `int64`, `date-time`, `byte`, `double`. */
      readonly format?: string
      readonly enum?: readonly string[]
    }
  | { readonly ref: string; readonly patchStrategy?: string; readonly atomic?: true }
  | { readonly map: FieldSchema; readonly atomic?: true }
  | {
      readonly array: FieldSchema
      readonly listType?: string
      readonly listMapKeys?: readonly string[]
      readonly patchMergeKey?: string
      readonly patchStrategy?: string
    }

export interface Definition {
  readonly fields: Readonly<Record<string, FieldSchema>>
  readonly required?: readonly string[]
  /** Merged as one value by server-side apply. */
  readonly atomic?: true
}

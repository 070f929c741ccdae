/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/ */
export interface Volume {
  readonly name: string
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string | number }
  readonly hostPath?: { readonly path: string; readonly type?: string }
  readonly configMap?: ConfigMapFiles
  readonly secret?: {
    readonly secretName?: string
    readonly items?: readonly KeyToPath[]
    readonly optional?: boolean
    readonly defaultMode?: number
  }
  readonly downwardAPI?: DownwardFiles & { readonly defaultMode?: number }
  readonly projected?: {
    readonly sources?: readonly VolumeProjection[]
    readonly defaultMode?: number
  }
  readonly [source: string]: unknown
}

/** One of the sources that a volume shows together. */
export interface VolumeProjection {
  readonly configMap?: SourceFiles
  readonly secret?: SourceFiles
  readonly downwardAPI?: DownwardFiles
  readonly serviceAccountToken?: ServiceAccountTokenFile
  readonly [source: string]: unknown
}

interface SourceFiles {
  readonly name?: string
  /** Absent: a file for every key. */
  readonly items?: readonly KeyToPath[]
  readonly optional?: boolean
}

interface ConfigMapFiles extends SourceFiles {
  readonly defaultMode?: number
}

export interface KeyToPath {
  readonly key: string
  readonly path: string
  readonly mode?: number
}

interface DownwardFiles {
  readonly items?: readonly DownwardFile[]
}

/** Of the two references one is set. */
export interface DownwardFile {
  readonly path: string
  readonly fieldRef?: FieldRef
  readonly resourceFieldRef?: ResourceFieldRef
  readonly mode?: number
}

export interface ServiceAccountTokenFile {
  readonly path: string
  /** Absent: the API server itself. */
  readonly audience?: string
  readonly expirationSeconds?: number
}

export interface FieldRef {
  readonly apiVersion?: string
  readonly fieldPath: string
}

export interface ResourceFieldRef {
  /** Absent: the container that asks. */
  readonly containerName?: string
  /** `limits.cpu`. */
  readonly resource: string
  readonly divisor?: string | number
}

export interface VolumeMount {
  readonly name: string
  readonly mountPath: string
  readonly readOnly?: boolean
  readonly subPath?: string
  /** With `$(NAME)`; instead of `subPath`. */
  readonly subPathExpr?: string
  readonly [field: string]: unknown
}

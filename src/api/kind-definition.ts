import type { Fields } from '../base/fields.ts'
import type { ApiObject, ObjectMeta } from './meta.ts'
import type { PodSpec } from './pod.ts'
import type { ResourceTable } from './printing/resource-table.ts'
import type { FieldFault } from './validation/fault.ts'
import { checkSubdomain } from './validation/names.ts'

/**
 * All that has to be known of one kind: its "storage" in Kubernetes' own code. The store and the API server keep the
 * objects of each kind apart, so that a definition is only ever asked about its own. That is why a definition of one
 * kind may stand where any is wanted: its functions are methods, which TypeScript compares in both directions.
 */
export interface KindDefinition<O extends ApiObject = ApiObject> {
  readonly kind: O['kind']
  /** The version in which objects are stored. */
  readonly apiVersion: O['apiVersion']
  /** The name in URLs and messages: `deployments`. */
  readonly plural: string
  /** `deployment`, for kubectl's messages. */
  readonly singular: string
  /** `deploy`: what kubectl takes for the resource. */
  readonly shortNames: readonly string[]
  /** `all`: of `kubectl get all`. */
  readonly categories: readonly string[]
  readonly namespaced: boolean
  /** The text of the `Warning:` header with each use of this version. */
  readonly deprecation: string | undefined
  /** Further versions in which the same objects can be read and written. */
  readonly otherVersions: readonly ServedVersion[]
  readonly strategy: Strategy
  readonly metadataCheck: MetadataCheck
  readonly updateSteps: readonly UpdateStep[]
  /** Subresources besides `status`, which `strategy.hasStatus` tells: `scale`, `log`, … */
  readonly subresources: readonly string[]
  /** What is wrong with a name. */
  checkName(name: string): readonly string[]
  /** What `--field-selector` can ask for, besides metadata.name and metadata.namespace. */
  selectableFields(object: O): Readonly<Record<string, string>>
  /** Fills in what is missing; the same object when nothing is. Metadata is filled in for all kinds alike. */
  applyDefaults(object: Fields): Fields
  /** Faults of anything but the metadata; the types of fields are right and defaults filled in. */
  validate(object: O): readonly FieldFault[]
  /** Faults that only a new object can have; they come behind the others. */
  validateNew(object: O): readonly FieldFault[]
  /** Faults of the change; those of the new object itself are not repeated. */
  validateUpdate(next: O, previous: O): readonly FieldFault[]
  /** What the writer of an accepted object is told in `Warning:` headers; `previous` of an update. */
  warnings(object: O, previous: O | undefined): readonly string[]
  /** See standing-fields.ts; asked about an object in any version that is served. */
  withStandingFields(object: Fields): Fields
  /** How `kubectl get` prints it. Absent: NAME and AGE. */
  readonly table: ResourceTable | undefined
  /** A manifest may bring it and the engine runs it; of other objects it is told that they are not run. */
  readonly runsFromManifest: boolean
  readonly podSpec: PodSpecPlace<O> | undefined
}

/** Where an object says how its pods are, or it itself. */
export interface PodSpecPlace<O extends ApiObject> {
  /** A JSON pointer (RFC 6901). */
  readonly pointer: string
  of(object: O): PodSpec | undefined
}

/**
 * Who looks at the metadata of a new object. `own`: the code of its kind, before all else. `own-but-finalizers`: the same,
 * leaving finalizers alone. `common`: only the code that all kinds share, which comes last and only if all else is well.
 */
export type MetadataCheck = 'own' | 'own-but-finalizers' | 'common'

/** A part of what Kubernetes' code for one kind looks at in an update. */
export type UpdateStep = 'metadata-change' | 'metadata' | 'object' | 'change'

const USUAL_UPDATE: readonly UpdateStep[] = ['metadata-change', 'metadata', 'object', 'change']

/** Another version of the API for the same objects. */
export interface ServedVersion {
  readonly apiVersion: string
  /** The text of the `Warning:` header with each use, without its number and agent. */
  readonly deprecation?: string
  toStorage(object: Fields): Fields
  fromStorage(object: Fields): Fields
  /** Faults of an object that comes in this version, in its stored form, in place of the kind's own. Absent: none but those. */
  validate?(object: Fields): readonly FieldFault[]
  validateUpdate?(next: Fields, previous: Fields): readonly FieldFault[]
}

/** An object with the two parts that most kinds have. */
export interface ObjectWithParts extends ApiObject {
  readonly spec?: object
  readonly status?: object
}

export type PartName = 'ephemeralcontainers' | 'resize'

/** A part of the spec that a subresource of its own writes. */
export interface ObjectPart {
  /** The spec of `previous` with that part of `next`. */
  readonly take: (next: Fields, previous: Fields) => Fields
  /** What is wrong with the object that comes of it; its metadata is as before. */
  readonly check: (next: Fields, previous: Fields) => readonly FieldFault[]
}

/** How the API server treats the objects of one kind (the "strategy" of its registry). */
export interface Strategy {
  /** Status is written through its subresource only. */
  readonly hasStatus: boolean
  /** The status of a new object, whatever its creator said. Absent: what its creator said. */
  readonly newStatus?: object
  /**
   * metadata.generation starts at 1 and is raised when this holds. Absent: the kind has none. Unchanged parts are the
   * very same objects, so comparing them is exact.
   */
  readonly raisesGeneration?: (next: ObjectWithParts, previous: ObjectWithParts) => boolean
  /** An update has to name the version that it changes. */
  readonly updateNamesVersion?: boolean
  /** Nothing is ever owned by such an object: its deletion leaves nothing to the garbage collector. */
  readonly ownsNothing?: boolean
  /** Where Kubernetes keeps the objects, below `/registry`: some messages say it. Absent: the plural. */
  readonly storagePath?: string
  /** What the server itself says in a new object, defaults filled in. */
  readonly prepareNew?: (object: Fields) => Fields
  /** What an update may not change besides the status, or what it means by leaving out. */
  readonly prepareUpdate?: (next: Fields, previous: Fields) => Fields
  /** What of the metadata an update of the status leaves as it was (GetResetFields); the spec it always does. */
  readonly statusKeeps?: readonly (keyof ObjectMeta)[]
  /** As `prepareUpdate`, for an update of the status. */
  readonly prepareStatus?: (next: Fields, previous: Fields) => Fields
  /** What is wrong with a new status. */
  readonly checkStatus?: (next: Fields, previous: Fields) => readonly FieldFault[]
  /** What is wrong with a spec that the subresource `finalize` writes. */
  readonly checkFinalize?: (next: Fields) => readonly FieldFault[]
  /** What subresources of their own write, besides the status and the scale. */
  readonly parts?: Readonly<Partial<Record<PartName, ObjectPart>>>
  /** A PUT to a name that is not there creates it. */
  readonly createdByUpdate?: boolean
  /**
   * Fields of the spec that are defaults here and come later in Kubernetes, from the server: nobody owns what he did not
   * write of them.
   */
  readonly ownerlessDefaults?: readonly string[]
  /** Names of objects that everything else relies on (the admission plugin NamespaceLifecycle): nobody deletes them. */
  readonly immortal?: readonly string[]
  /** No request deletes all objects of a collection. */
  readonly deletedSingly?: boolean
  /**
   * Seconds that a deletion leaves to whoever runs the object, when the request says none (CheckGracefulDelete);
   * undefined when nothing runs, which goes at once, whatever was asked.
   */
  readonly graceSeconds?: (object: ObjectWithParts) => number | undefined
  /** Once deleted it stays, its phase Terminating, until this holds. */
  readonly isEmptied?: (object: ObjectWithParts) => boolean
  /** A deletion answers with the last state of the object, also when it is gone at once. */
  readonly answersDeleted?: boolean
}

/** What a kind's own file says; what it leaves out is the common case. */
export interface KindDescription<O extends ApiObject> {
  readonly kind: O['kind']
  readonly apiVersion: O['apiVersion']
  readonly plural: string
  readonly singular?: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly namespaced: boolean
  readonly deprecation?: string
  readonly otherVersions?: readonly ServedVersion[]
  readonly strategy: Strategy
  /** Default: `own`. */
  readonly metadataCheck?: MetadataCheck
  /**
   * What its code looks at in an update (the ValidateUpdate functions of pkg/apis), in its order, which is the order of
   * the faults. Default: all of it.
   */
  readonly updateSteps?: readonly UpdateStep[]
  readonly subresources?: readonly string[]
  /** Default: a DNS subdomain (RFC 1123). */
  readonly checkName?: (name: string) => readonly string[]
  readonly selectableFields?: (object: O) => Readonly<Record<string, string>>
  readonly applyDefaults?: (object: Fields) => Fields
  readonly validate?: (object: O) => readonly FieldFault[]
  readonly validateNew?: (object: O) => readonly FieldFault[]
  readonly validateUpdate?: (next: O, previous: O) => readonly FieldFault[]
  readonly warnings?: (object: O, previous: O | undefined) => readonly string[]
  readonly withStandingFields?: (object: Fields) => Fields
  readonly table?: ResourceTable
  readonly runsFromManifest?: boolean
  readonly podSpec?: PodSpecPlace<O>
}

/** A kind as its own file describes it. */
export function defineKind<O extends ApiObject>(
  description: KindDescription<O>,
): KindDefinition<O> {
  return {
    kind: description.kind,
    apiVersion: description.apiVersion,
    plural: description.plural,
    namespaced: description.namespaced,
    strategy: description.strategy,
    singular: description.singular ?? description.kind.toLowerCase(),
    shortNames: description.shortNames ?? [],
    categories: description.categories ?? [],
    deprecation: description.deprecation,
    otherVersions: description.otherVersions ?? [],
    metadataCheck: description.metadataCheck ?? 'own',
    updateSteps: description.updateSteps ?? USUAL_UPDATE,
    subresources: description.subresources ?? [],
    checkName: description.checkName ?? checkSubdomain,
    selectableFields: description.selectableFields ?? (() => ({})),
    applyDefaults: description.applyDefaults ?? ((object) => object),
    validate: description.validate ?? none,
    validateNew: description.validateNew ?? none,
    validateUpdate: description.validateUpdate ?? none,
    warnings: description.warnings ?? (() => []),
    withStandingFields: description.withStandingFields ?? ((object) => object),
    table: description.table,
    runsFromManifest: description.runsFromManifest ?? false,
    podSpec: description.podSpec,
  }
}

function none(): readonly FieldFault[] {
  return []
}

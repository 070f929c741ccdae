import type { ConnectResult, ObjectRef } from '../timeline/fact.ts'

/** Where the connections of one Service port go. */
export interface ServiceRoute {
  readonly service: ObjectRef
  readonly clusterIP: string
  readonly port: number
  /** Without any, connections are refused, as kube-proxy's REJECT rule does. */
  readonly endpoints: readonly RouteEndpoint[]
}

export interface RouteEndpoint {
  readonly ip: string
  readonly port: number
  /** Of a pod on another machine, to which there is no way: a pod of this machine may have the address. Absent: false. */
  readonly isElsewhere?: true
}

export interface RoutedConnection {
  /** When the endpoint was chosen, nanoseconds since the origin of the run; the result may be known seconds later. */
  readonly at: number
  readonly service: ObjectRef
  readonly clientPort: number
  readonly endpoint: RouteEndpoint
  readonly result: ConnectResult
  readonly errno?: string
}

/**
 * What moves bytes: it knows routes, not the cluster. New connections go to an endpoint of the
 * newest routes, chosen uniformly at random; established ones stay where they are until they end.
 */
export interface DataPlane {
  /** Replaces all routes at once; resolves when they are in force. */
  program(routes: readonly ServiceRoute[]): Promise<void>
  stop(): Promise<void>
}

export type StartDataPlane = (
  onConnections: (connections: readonly RoutedConnection[]) => void,
) => Promise<DataPlane>

/** What every engine has. Engines are made by their factory, used, and disposed; they hold no global state. */
export interface Engine {
  readonly id: string;
  readonly version: string;
  dispose(): Promise<void>;
}

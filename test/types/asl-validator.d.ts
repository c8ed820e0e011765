declare module "asl-validator" {
  /** Whether a definition is valid Amazon States Language, and what is wrong with it. */
  export default function validate(definition: unknown): {
    readonly isValid: boolean;
    readonly errors: readonly unknown[];
  };
}

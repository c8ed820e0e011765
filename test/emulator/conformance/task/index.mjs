/** Every task of the conformance suite: asks the test what it is to answer. Its name is the function's. */
export async function handler(payload) {
  const answer = await fetch(process.env.CONFORMANCE_URL, {
    method: "POST",
    body: JSON.stringify({ task: process.env.AWS_LAMBDA_FUNCTION_NAME.replace("conformance-", ""), payload }),
  });
  const told = await answer.json();
  if ("output" in told) return told.output;
  const error = new Error(told.cause);
  error.name = told.error;
  throw error;
}

/** Every path of an operation begins with it; `events` and the description of the interface lie beside it. */
export const apiRoot = '/api/v1';
export const eventsPath = '/api/events';
export const openApiPath = '/api/openapi.json';
/** `POST {callPath}/network.start` with the input as body: the same for every operation, what our own clients use. */
export const callPath = `${apiRoot}/call`;
/** Who is asking: `GET` tells, `POST` logs in, `DELETE` logs out. */
export const sessionPath = '/api/session';
export const capturePath = `${apiRoot}/captures`;

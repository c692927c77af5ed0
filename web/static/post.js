// One post that tells how far it has got. XMLHttpRequest, because `fetch` cannot tell on any phone.

const STALLED = 45000; // ms without a byte moving, after which the line counts as dead

// Gives { status, text }; status 0 says that nobody answered.
export function post(address, body, { type, progress }) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let watch = 0;
    const moved = () => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), STALLED);
    };
    request.open("POST", address);
    if (type) request.setRequestHeader("Content-Type", type);
    request.upload.onprogress = (event) => {
      moved();
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onloadend = () => {
      clearTimeout(watch);
      resolve({ status: request.status, text: request.responseText });
    };
    moved();
    request.send(body);
  });
}

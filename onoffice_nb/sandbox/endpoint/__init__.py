"""The endpoint of the sandbox: a request comes in as bytes, is checked as onOffice checks it, and is answered."""

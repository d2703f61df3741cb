"""The roles of a store on a server."""

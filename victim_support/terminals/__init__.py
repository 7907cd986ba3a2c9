"""Other terminals (ほかの端末): browsers on the staff LAN that use this laptop over TLS."""

"""The front door: whether reports can reach this computer, why not, and what is at stake.

The doors of the room:

* `window`: the panel with all that is known of the door, and what can be done.
* `standing`: how the door stands, for the strip.
* `alerts`: what the banners say of it.

What is imported when the program starts is small: the panel is built when it is first opened.
"""

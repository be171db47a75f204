"""What a change of a repository of Jobs means for a Nautobot that runs them."""
